//! The token endpoint.

use serde_json::{Value, json};

use crate::testing::{ADMIN, PASSWORD, Service, Tokens, service};
use fastrs::testing::TestResponse;

const ADA: &str = "ada@example.com";

async fn token(service: &Service, fields: &[(&str, &str)]) -> TestResponse {
    service.client.post("/token").form(fields).send().await
}

#[tokio::test]
async fn a_client_gets_tokens_for_a_password_and_renews_them() {
    let service = service().await;
    service.create_user(ADA).await;
    let password = [
        ("grant_type", "password"),
        ("username", ADA),
        ("password", PASSWORD),
        ("scope", "profile api-keys"),
    ];
    let answer = token(&service, &password).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.json::<Value>()["scope"], "api-keys profile");
    let tokens = Tokens::of(&answer);
    assert_eq!(service.status_of(&tokens.access).await, 200);

    let refresh = |token| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", "api-keys"),
        ]
    };
    let answer = token(&service, &refresh(&tokens.refresh)).await;
    assert_eq!(
        answer.json::<Value>()["scope"],
        "api-keys",
        "a client can ask for less"
    );
    let renewed = Tokens::of(&answer);
    assert_eq!(service.status_of(&renewed.access).await, 403);
    let wider = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &renewed.refresh),
        ("scope", "admin"),
    ];
    refused(&token(&service, &wider).await, 400, "invalid_scope");
    let all = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*renewed.refresh),
    ];
    let answer = token(&service, &all).await;
    assert_eq!(
        answer.json::<Value>()["scope"],
        "api-keys profile",
        "the session still has both"
    );

    refused(
        &token(&service, &refresh(&tokens.refresh)).await,
        400,
        "invalid_grant",
    );
    refused(
        &token(&service, &refresh(&Tokens::of(&answer).refresh)).await,
        400,
        "invalid_grant",
    );
}

/// Checks that an error is one of RFC 6749, 5.2, and that it also has FastAPI's `detail`.
fn refused(answer: &TestResponse, status: u16, code: &str) {
    let body: Value = answer.json();
    assert_eq!(answer.status(), status, "{body}");
    assert_eq!(body["error"], code, "{body}");
    assert!(
        body["error_description"].is_string() && !body["detail"].is_null(),
        "{body}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn errors_are_those_of_oauth() {
    let service = service().await;
    service.create_user(ADA).await;
    service.register("new@example.com").await;
    let password = |user, password| {
        [
            ("grant_type", "password"),
            ("username", user),
            ("password", password),
        ]
    };
    let cases = [
        (&password(ADA, "wrong")[..], "invalid_grant"),
        (&password("nobody@example.com", "wrong"), "invalid_grant"),
        (&password("new@example.com", PASSWORD), "invalid_grant"),
        (
            &[
                ("grant_type", "password"),
                ("username", ADA),
                ("password", PASSWORD),
                ("scope", "admin"),
            ],
            "invalid_scope",
        ),
        (
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", "unknown"),
            ],
            "invalid_grant",
        ),
        (&[("grant_type", "refresh_token")], "invalid_request"),
        (
            &[("grant_type", "password"), ("username", ADA)],
            "invalid_request",
        ),
        (
            &[("grant_type", "client_credentials")],
            "unsupported_grant_type",
        ),
        (
            &[("username", ADA), ("password", PASSWORD)],
            "unsupported_grant_type",
        ),
        (&[], "unsupported_grant_type"),
    ];
    for (fields, code) in cases {
        refused(&token(&service, fields).await, 400, code);
    }
    for _ in 0..5 {
        token(&service, &password("eve@example.com", "wrong")).await;
    }
    let limited = token(&service, &password("eve@example.com", "wrong")).await;
    refused(&limited, 429, "temporarily_unavailable");
    assert!(limited.header("retry-after").is_some());
    let elsewhere = service.post("/auth/login", json!({})).await;
    assert_eq!(elsewhere.status(), 422);
    assert!(elsewhere.json::<Value>().get("error").is_none());
}

#[tokio::test]
async fn an_admin_gets_the_scope_of_admins() {
    let service = service().await;
    let fields = [
        ("grant_type", "password"),
        ("username", ADMIN),
        ("password", PASSWORD),
        ("scope", "admin"),
    ];
    let tokens = Tokens::of(&token(&service, &fields).await);
    let users = service.get("/admin/users", &tokens.access).await;
    assert_eq!(users.status(), 200);
}

#[tokio::test]
async fn the_metadata_names_the_endpoint() {
    let service = service().await;
    let path = "/.well-known/oauth-authorization-server";
    let metadata: Value = service.client.get(path).send().await.json();
    assert_eq!(metadata["issuer"], "http://127.0.0.1:8000");
    assert_eq!(metadata["token_endpoint"], "http://127.0.0.1:8000/token");
}
