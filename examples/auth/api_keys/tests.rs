//! API keys.

use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use fastrs::testing::TestResponse;
use serde_json::Value;

use super::schemas::ApiKeyCreate;
use crate::auth::dependencies::{CurrentUser, current_user};
use crate::auth::sessions::{Sessions, sessions};
use crate::core::db::{Pool, pool};
use crate::core::time::now;
use crate::testing::{Service, Tokens, service, service_with};

const ADA: &str = "ada@example.com";

async fn create(service: &Service, tokens: &Tokens, body: Value) -> TestResponse {
    service
        .client
        .post("/api-keys")
        .bearer(&tokens.access)
        .json(&body)
        .send()
        .await
}

async fn status(service: &Service, key: &str) -> u16 {
    let request = service.client.get("/users/me").header("x-api-key", key);
    request.send().await.status().as_u16()
}

#[tokio::test]
async fn a_key_is_shown_once_used_and_revoked() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let answer = create(&service, &tokens, json!({"name": "backup"})).await;
    assert_eq!(answer.status(), 201, "{}", answer.text());
    let created: Value = answer.json();
    let (id, key) = (
        created["id"].as_str().unwrap(),
        created["key"].as_str().unwrap(),
    );
    assert!(key.starts_with(id), "{created}");
    assert_eq!(status(&service, key).await, 200);

    let list = async || {
        let request = service.client.get("/api-keys").bearer(&tokens.access);
        let answer = request.send().await;
        assert!(!answer.text().contains(key), "the key is not shown again");
        answer.json::<Vec<Value>>()
    };
    let listed = list().await;
    assert_eq!(
        (&listed[0]["name"], &listed[0]["scope"]),
        (&json!("backup"), &json!("profile"))
    );
    assert!(listed[0]["last_used_at"].is_string());

    let revoke = async || {
        let request = service
            .client
            .delete(&format!("/api-keys/{id}"))
            .bearer(&tokens.access);
        request.send().await.status().as_u16()
    };
    assert_eq!(revoke().await, 204);
    assert_eq!(revoke().await, 404);
    assert_eq!(status(&service, key).await, 401);
    assert!(list().await.is_empty());
}

#[tokio::test]
async fn a_key_can_only_read_and_no_more_than_its_scopes() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    for scope in ["admin", "profile admin", "", " "] {
        let refused = create(&service, &tokens, json!({"name": "k", "scope": scope})).await;
        assert_eq!(refused.status(), 403, "{scope:?}");
    }
    let created = create(&service, &tokens, json!({"name": "k", "scope": "api-keys"})).await;
    let created: Value = created.json();
    let key = created["key"].as_str().unwrap();
    assert_eq!(
        status(&service, key).await,
        403,
        "it does not have the scope `profile`"
    );
    let request = service.client.get("/api-keys").header("x-api-key", key);
    assert_eq!(request.send().await.status(), 401, "a key creates no keys");
}

#[tokio::test]
async fn a_wrong_or_expired_key_is_refused() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let created = create(
        &service,
        &tokens,
        json!({"name": "k", "expires_in_days": 1}),
    )
    .await;
    let created: Value = created.json();
    let (id, key) = (
        created["id"].as_str().unwrap(),
        created["key"].as_str().unwrap(),
    );
    let forged = format!("{id}_{}", "0".repeat(64));
    for wrong in ["", "x", id, &forged] {
        assert_eq!(status(&service, wrong).await, 401, "{wrong}");
    }
    assert_eq!(status(&service, key).await, 200);
    service.wait(Duration::days(1));
    assert_eq!(status(&service, key).await, 401);
}

#[tokio::test]
async fn nobody_revokes_the_keys_of_others() {
    let service = service().await;
    service.create_user(ADA).await;
    service.create_user("eve@example.com").await;
    let (ada, eve) = (
        service.log_in(ADA).await,
        service.log_in("eve@example.com").await,
    );
    let created: Value = create(&service, &ada, json!({"name": "k"})).await.json();
    let path = format!("/api-keys/{}", created["id"].as_str().unwrap());
    let answer = service
        .client
        .delete(&path)
        .bearer(&eve.access)
        .send()
        .await;
    assert_eq!(answer.status(), 404);
    assert_eq!(
        status(&service, created["key"].as_str().unwrap()).await,
        200
    );
}

#[tokio::test]
async fn a_reset_of_the_password_revokes_all_keys() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let created: Value = create(&service, &tokens, json!({"name": "k"})).await.json();
    let key = created["key"].as_str().unwrap();
    assert_eq!(status(&service, key).await, 200);
    service
        .post("/auth/forgot-password", json!({"email": ADA}))
        .await;
    let reset =
        json!({"token": service.mailed_token(ADA), "new_password": "another long password"});
    assert_eq!(
        service.post("/auth/reset-password", reset).await.status(),
        200
    );
    assert_eq!(status(&service, key).await, 401);
}

/// A user logs out everywhere before their key is stored.
#[post("/create-and-log-out")]
async fn create_and_log_out(
    #[depends(current_user)] current: &CurrentUser,
    #[depends(sessions)] sessions: &Sessions,
    #[depends(pool)] pool: &Pool,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<bool> {
    let request = ApiKeyCreate {
        name: "k".into(),
        scope: "profile".into(),
        expires_in_days: None,
    };
    sessions.end_all(current.user.id).await?;
    let created =
        super::service::create(pool, &current.session, request, "profile".into(), now).await?;
    Ok(created.is_some())
}

#[tokio::test]
async fn a_session_that_has_ended_creates_no_keys() {
    let service = service_with(|app| app.routes(routes![create_and_log_out])).await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let request = service
        .client
        .post("/create-and-log-out")
        .bearer(&tokens.access);
    assert_eq!(request.send().await.text(), "false");
}
