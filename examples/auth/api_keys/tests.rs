//! API keys.

use chrono::Duration;
use fastrs::testing::TestResponse;
use serde_json::{Value, json};

use crate::testing::{Service, Tokens, service};

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
    let wider = create(&service, &tokens, json!({"name": "k", "scope": "admin"})).await;
    assert_eq!(wider.status(), 403);
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
