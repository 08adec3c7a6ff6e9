//! What only admins may do.

use fastrs::prelude::Secret;
use fastrs::testing::TestResponse;
use serde_json::{Value, json};

use crate::core::settings::Settings;
use crate::testing::{ADMIN, Service, Tokens, log, service, service_with, settings};

const ADA: &str = "ada@example.com";

async fn update(service: &Service, admin: &Tokens, id: &Value, body: Value) -> TestResponse {
    let request = service
        .client
        .patch(&format!("/admin/users/{id}"))
        .bearer(&admin.access);
    request.json(&body).send().await
}

async fn users(service: &Service, admin: &Tokens) -> Vec<Value> {
    service.get("/admin/users", &admin.access).await.json()
}

#[tokio::test]
async fn only_admins_may() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    for path in ["/admin/users", "/admin/events"] {
        assert_eq!(service.client.get(path).send().await.status(), 401);
        assert_eq!(service.get(path, &tokens.access).await.status(), 403);
    }
    assert_eq!(
        update(&service, &tokens, &json!(1), json!({}))
            .await
            .status(),
        403
    );
}

#[tokio::test]
async fn a_role_takes_effect_at_once() {
    let service = service().await;
    service.create_user(ADA).await;
    let (admin, old) = (service.log_in(ADMIN).await, service.log_in(ADA).await);
    let ada = users(&service, &admin).await[1].clone();
    assert_eq!(ada["email"], ADA);
    let answer = update(&service, &admin, &ada["id"], json!({"role": "admin"})).await;
    assert_eq!(answer.json::<Value>()["role"], "admin");
    assert_eq!(service.status_of(&old.access).await, 401);

    let appointed = service.log_in(ADA).await;
    assert_eq!(users(&service, &appointed).await.len(), 2);
    update(&service, &admin, &ada["id"], json!({"role": "user"})).await;
    let answer = service.get("/admin/users", &appointed.access).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(service.refresh(&appointed.refresh).await.status(), 401);
}

#[tokio::test]
async fn a_disabled_user_is_locked_out() {
    let service = service().await;
    service.create_user(ADA).await;
    let (admin, tokens) = (service.log_in(ADMIN).await, service.log_in(ADA).await);
    let create = service
        .client
        .post("/api-keys")
        .bearer(&tokens.access)
        .json(&json!({"name": "k"}));
    let key: Value = create.send().await.json();
    let ada = users(&service, &admin).await[1].clone();
    update(&service, &admin, &ada["id"], json!({"is_active": false})).await;
    assert_eq!(service.status_of(&tokens.access).await, 401);
    assert_eq!(service.refresh(&tokens.refresh).await.status(), 401);
    let request = service
        .client
        .get("/users/me")
        .header("x-api-key", key["key"].as_str().unwrap());
    assert_eq!(request.send().await.status(), 401);
    assert_eq!(
        service
            .try_log_in(ADA, crate::testing::PASSWORD)
            .await
            .status(),
        403
    );
}

#[tokio::test]
async fn admins_cannot_lock_themselves_out() {
    let service = service().await;
    let admin = service.log_in(ADMIN).await;
    let me = users(&service, &admin).await[0].clone();
    let answer = update(&service, &admin, &me["id"], json!({"role": "user"})).await;
    assert_eq!(answer.status(), 409);
    assert_eq!(
        update(&service, &admin, &json!(99), json!({}))
            .await
            .status(),
        404
    );
}

#[test]
fn half_an_admin_stops_the_start() {
    for name in ["AUTH_ADMIN_EMAIL", "AUTH_ADMIN_PASSWORD"] {
        let error = Settings::from_vars([(name, "root@example.com")]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("must be set together"), "{text}");
    }
}

#[tokio::test]
async fn the_log_says_if_the_admin_of_the_settings_is_none() {
    let folder = tempfile::TempDir::new().unwrap();
    let database = format!("sqlite:{}", folder.path().join("auth.db").display());
    let mut with = settings();
    with.database_url = Some(Secret::new(database));
    let first = service_with(|app| app.provide::<Settings>(with.clone())).await;
    first.create_user(ADA).await;
    drop(first);
    assert!(!log().contains("active admin"), "{}", log());
    with.admin_email = Some(ADA.parse().unwrap());
    service_with(|app| app.provide::<Settings>(with)).await;
    let warning = "WARN auth::admin::bootstrap: ada@example.com, the admin of the settings, is a user who is not an active admin";
    assert!(log().contains(warning), "{}", log());
}
