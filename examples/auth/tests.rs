//! What holds for the service as a whole.

use serde_json::json;

use crate::app::app;
use crate::core::settings::Settings;
use crate::testing::{ADMIN, PASSWORD, log, service, settings};

const ADA: &str = "ada@example.com";

/// The list changes with each new route, and with each change of what a route requires.
#[test]
fn every_route_requires_what_is_listed() {
    let app = app(settings()).docs_url(None).redoc_url(None);
    let routes = app.openapi_url(None).build().unwrap().routes().to_string();
    assert_eq!(
        routes,
        include_str!("routes.txt"),
        "the list is now:\n{routes}"
    );
}

/// `.env.example` is committed, for people to copy. If this test fails, replace the file with what it prints.
#[test]
fn the_example_of_the_settings_is_complete() {
    let example = Settings::env_example();
    assert_eq!(example, include_str!(".env.example"), "{example}");
}

#[tokio::test]
async fn a_guard_is_not_evaded_by_another_method_or_path() {
    let service = service().await;
    for (method, path) in [
        ("GET", "/users/me"),
        ("HEAD", "/users/me"),
        ("OPTIONS", "/users/me"),
        ("DELETE", "/users/me"),
        ("GET", "/users/me/"),
        ("GET", "/users//me"),
        ("GET", "/users/%6de"),
        ("OPTIONS", "/admin/users"),
        ("POST", "/admin/users"),
        ("HEAD", "/admin/events/"),
    ] {
        let request = service.client.request(method, path).follow_redirects(false);
        let answer = request.header("x-http-method-override", "GET").send().await;
        let status = answer.status().as_u16();
        assert!(status == 401 || status == 404, "{method} {path}: {status}");
    }
}

#[tokio::test]
async fn the_log_names_events_but_no_secrets() {
    let service = service().await;
    service.create_user(ADA).await;
    let verification = service.mailed_token(ADA);
    let tokens = service.log_in(ADA).await;
    service.try_log_in(ADA, "a wrong password").await;
    let request = service.client.post("/api-keys").bearer(&tokens.access);
    let key: serde_json::Value = request.json(&json!({"name": "k"})).send().await.json();
    service.refresh(&tokens.refresh).await;
    service.refresh(&tokens.refresh).await;
    let admin = service.log_in(ADMIN).await;
    let request = service.client.get("/admin/events").bearer(&admin.access);
    let events = request.send().await.text();

    let log = log();
    assert!(log.contains("RefreshTokenReused"), "{log}");
    assert!(events.contains("refresh_token_reused"), "{events}");
    let key = key["key"].as_str().unwrap();
    for secret in [
        PASSWORD,
        "a wrong password",
        &verification,
        &tokens.access,
        &tokens.refresh,
        key,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
        assert!(!events.contains(secret), "{secret} is in the events");
    }
}
