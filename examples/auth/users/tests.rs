//! The account of the client.

use serde_json::{Value, json};

use crate::testing::{ADMIN, service};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_user_changes_the_name_and_sees_what_happened() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let change = async |body: Value| {
        service
            .client
            .patch("/users/me")
            .bearer(&tokens.access)
            .json(&body)
            .send()
            .await
    };
    assert_eq!(change(json!({"name": ""})).await.status(), 422);
    let changed: Value = change(json!({"name": "Ada Lovelace", "role": "admin"}))
        .await
        .json();
    assert_eq!(changed["name"], "Ada Lovelace");
    assert_eq!(changed["role"], "user", "nobody appoints themselves");

    let request = service
        .client
        .get("/users/me/events")
        .bearer(&tokens.access);
    let events: Vec<Value> = request.send().await.json();
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["logged_in", "registered"]);
    assert_eq!(events[0]["address"], "127.0.0.1");
}

#[tokio::test]
async fn nobody_sees_the_events_of_others() {
    let service = service().await;
    service.create_user(ADA).await;
    let admin = service.log_in(ADMIN).await;
    let request = service.client.get("/users/me/events").bearer(&admin.access);
    let events: Vec<Value> = request.send().await.json();
    assert_eq!(events.len(), 1, "{events:?}");
}
