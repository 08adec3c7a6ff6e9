//! The code flow: a client sends the user here, and gets a code and with it tokens.

use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use fastrs::testing::TestResponse;
use serde_json::Value;

use crate::auth::dependencies::{CurrentUser, current_user};
use crate::auth::sessions::{Sessions, sessions};
use crate::core::db::{Pool, pool};
use crate::core::time::now;
use crate::oauth::codes::{self, Grant};
use crate::testing::{ADMIN, PASSWORD, Service, Tokens, service, service_with};

const ADA: &str = "ada@example.com";
const CALLBACK: &str = "https://app.example/callback";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

type Fields<'a> = Vec<(&'a str, &'a str)>;

/// What the client asks for, with one field changed.
fn asked<'a>(change: Option<(&'a str, &'a str)>) -> Fields<'a> {
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", "my-app"),
        ("redirect_uri", CALLBACK),
        ("scope", "profile"),
        ("state", "a & b"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for field in &mut fields {
        if let Some((name, value)) = change
            && field.0 == name
        {
            field.1 = value;
        }
    }
    fields
}

async fn show(service: &Service, fields: &[(&str, &str)]) -> TestResponse {
    let request = service.client.get("/authorize").query(fields);
    request.follow_redirects(false).send().await
}

async fn decide(service: &Service, mut fields: Fields<'_>, decision: &str) -> String {
    fields.push(("decision", decision));
    let request = service.client.post("/authorize").form(&fields);
    let request = request
        .header("sec-fetch-site", "same-origin")
        .follow_redirects(false);
    let answer = request.send().await;
    assert_eq!(answer.status(), 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

/// Starts a service with a user who is logged in.
async fn logged_in() -> Service {
    let service = service().await;
    service.create_user(ADA).await;
    log_in(&service, "/account").await;
    service
}

async fn log_in(service: &Service, next: &str) -> String {
    log_in_as(service, ADA, next).await
}

async fn log_in_as(service: &Service, email: &str, next: &str) -> String {
    let fields = [("email", email), ("password", PASSWORD), ("next", next)];
    let request = service
        .client
        .post("/login")
        .form(&fields)
        .follow_redirects(false);
    let answer = request.header("sec-fetch-site", "same-origin").send().await;
    answer.header("location").unwrap().to_owned()
}

async fn code(service: &Service) -> String {
    code_for(service, "profile").await
}

async fn code_for(service: &Service, scope: &str) -> String {
    let location = decide(service, asked(Some(("scope", scope))), "allow").await;
    let (_, rest) = location.split_once("?code=").unwrap();
    rest.split('&').next().unwrap().to_owned()
}

async fn exchange(service: &Service, code: &str, change: Option<(&str, &str)>) -> TestResponse {
    let mut fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "my-app"),
        ("code_verifier", VERIFIER),
    ];
    for field in &mut fields {
        if let Some((_, value)) = change.filter(|(name, _)| *name == field.0) {
            field.1 = value;
        }
    }
    service.client.post("/token").form(&fields).send().await
}

#[tokio::test]
async fn a_client_gets_a_code_and_tokens() {
    let service = service().await;
    service.create_user(ADA).await;
    let answer = show(&service, &asked(None)).await;
    assert_eq!(answer.status(), 303, "the login comes first");
    let login = answer.header("location").unwrap();
    let page = service.client.get(login).send().await.text();
    assert!(
        page.contains("/authorize?response_type=code&amp;"),
        "{page}"
    );
    let next = "/authorize?client_id=my-app&x=y";
    assert_eq!(log_in(&service, next).await, next);

    let page = show(&service, &asked(None)).await;
    assert!(
        page.text()
            .contains("my-app wants to use the account ada@example.com, for: profile")
    );
    assert!(
        page.text().contains("value=\"a &amp; b\""),
        "{}",
        page.text()
    );
    let location = decide(&service, asked(None), "allow").await;
    assert!(
        location.starts_with("https://app.example/callback?code="),
        "{location}"
    );
    assert!(
        location.ends_with("&iss=http%3A%2F%2F127.0.0.1%3A8000&state=a+%26+b"),
        "{location}"
    );

    let code = code(&service).await;
    let answer = exchange(&service, &code, None).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert_eq!(answer.json::<Value>()["scope"], "profile");
    let tokens = Tokens::of(&answer);
    assert_eq!(service.status_of(&tokens.access).await, 200);

    let refresh = async |client: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &*tokens.refresh),
            ("client_id", client),
        ];
        service
            .client
            .post("/token")
            .form(&fields)
            .send()
            .await
            .status()
            .as_u16()
    };
    assert_eq!(refresh("other").await, 400, "the token is not theirs");
    assert_eq!(refresh("my-app").await, 200);
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_ends_the_session() {
    let service = logged_in().await;
    let code = code(&service).await;
    let tokens = Tokens::of(&exchange(&service, &code, None).await);
    let again = exchange(&service, &code, None).await;
    assert_eq!(
        (again.status().as_u16(), &again.json::<Value>()["error"]),
        (400, &"invalid_grant".into())
    );
    assert_eq!(service.status_of(&tokens.access).await, 401);
    assert_eq!(service.events().await[0], "authorization_code_reused");
}

#[tokio::test]
async fn a_code_is_good_for_one_client_with_its_verifier_for_a_minute() {
    let service = logged_in().await;
    for change in [
        ("client_id", "other"),
        ("redirect_uri", "https://app.example/callback/"),
        (
            "code_verifier",
            "0123456789012345678901234567890123456789012",
        ),
        ("code", "0123456789012345678901234567890123456789012"),
    ] {
        let code = code(&service).await;
        let answer = exchange(&service, &code, Some(change)).await;
        assert_eq!(
            answer.json::<Value>()["error"],
            "invalid_grant",
            "{change:?}"
        );
    }
    let code = code(&service).await;
    service.wait(Duration::seconds(60));
    assert_eq!(exchange(&service, &code, None).await.status(), 400);
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let service = logged_in().await;
    for (name, value) in [
        ("client_id", "unknown"),
        ("client_id", "other"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://app.example/callback/.."),
        ("redirect_uri", "https://app.example/callback?x"),
        ("redirect_uri", "https://APP.example/callback"),
        ("redirect_uri", "https://app.example.evil.example/callback"),
    ] {
        let answer = show(&service, &asked(Some((name, value)))).await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("location")),
            (400, None),
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_client_learns_what_is_wrong() {
    let service = logged_in().await;
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", "admin"), "invalid_scope"),
        (("scope", ""), "invalid_scope"),
    ] {
        let answer = show(&service, &asked(Some(change))).await;
        let location = answer.header("location").unwrap();
        assert!(
            location.starts_with(&format!("{CALLBACK}?error={error}&")),
            "{location}"
        );
    }
    let denied = decide(&service, asked(None), "deny").await;
    assert!(
        denied.starts_with(&format!("{CALLBACK}?error=access_denied&")),
        "{denied}"
    );
}

#[tokio::test]
async fn another_site_cannot_let_a_client_in() {
    let service = logged_in().await;
    let mut fields = asked(None);
    fields.push(("decision", "allow"));
    let request = service.client.post("/authorize").form(&fields);
    let answer = request.header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn a_code_does_not_outlive_a_new_password() {
    let service = logged_in().await;
    let code = code(&service).await;
    service
        .post("/auth/forgot-password", json!({"email": ADA}))
        .await;
    let reset =
        json!({"token": service.mailed_token(ADA), "new_password": "another long password"});
    assert_eq!(
        service.post("/auth/reset-password", reset).await.status(),
        200
    );
    assert_eq!(exchange(&service, &code, None).await.status(), 400);
}

/// A user lets a client in, and logs out everywhere before there is a code.
#[post("/allow-and-log-out")]
async fn allow_and_log_out(
    #[depends(current_user)] current: &CurrentUser,
    #[depends(sessions)] sessions: &Sessions,
    #[depends(pool)] pool: &Pool,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<bool> {
    let grant = Grant {
        user_id: current.user.id,
        client_id: "my-app".into(),
        redirect_uri: CALLBACK.into(),
        scope: "profile".into(),
        code_challenge: CHALLENGE.into(),
    };
    sessions.end_all(current.user.id).await?;
    let code = codes::create(pool, grant, &current.session, now).await?;
    Ok(code.is_some())
}

#[tokio::test]
async fn a_session_that_has_ended_lets_no_client_in() {
    let service = service_with(|app| app.routes(routes![allow_and_log_out])).await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let request = service
        .client
        .post("/allow-and-log-out")
        .bearer(&tokens.access);
    assert_eq!(request.send().await.text(), "false");
}

#[tokio::test]
async fn of_two_exchanges_at_once_neither_leaves_a_session() {
    let service = logged_in().await;
    for _ in 0..10 {
        let code = code(&service).await;
        let (a, b) = tokio::join!(
            exchange(&service, &code, None),
            exchange(&service, &code, None)
        );
        let (first, second) = if a.status() == 200 { (a, b) } else { (b, a) };
        assert_eq!(second.status(), 400);
        assert_eq!(service.status_of(&Tokens::of(&first).access).await, 401);
    }
}

#[tokio::test]
async fn a_client_cannot_create_a_key_that_outlives_its_tokens() {
    let service = logged_in().await;
    let code = code_for(&service, "profile api-keys").await;
    let client = Tokens::of(&exchange(&service, &code, None).await);
    let user = service.log_in(ADA).await;
    let create = async |token: &str| {
        let request = service.client.post("/api-keys").bearer(token);
        let answer = request.json(&json!({"name": "k"})).send().await;
        answer.status().as_u16()
    };
    assert_eq!(create(&client.access).await, 403);
    assert_eq!(create(&user.access).await, 201);
    let list = service.get("/api-keys", &client.access).await;
    assert_eq!(list.status(), 200, "its scope is good for the rest");
}

#[tokio::test]
async fn a_client_of_an_admin_appoints_nobody() {
    let service = service().await;
    service.create_user(ADA).await;
    log_in_as(&service, ADMIN, "/account").await;
    let code = code_for(&service, "admin").await;
    let client = Tokens::of(&exchange(&service, &code, None).await);
    let users: Vec<Value> = service.get("/admin/users", &client.access).await.json();
    let path = format!("/admin/users/{}", users[1]["id"]);
    let request = service.client.patch(&path).bearer(&client.access);
    let answer = request.json(&json!({"role": "admin"})).send().await;
    assert_eq!(
        answer.status(),
        403,
        "the appointment would outlive its tokens"
    );
}

#[tokio::test]
async fn a_client_cannot_log_the_user_out_elsewhere() {
    let service = logged_in().await;
    let code = code(&service).await;
    let client = Tokens::of(&exchange(&service, &code, None).await);
    let user = service.log_in(ADA).await;
    let log_out = async |token: &str| {
        let request = service.client.post("/auth/logout-everywhere").bearer(token);
        request.send().await.status().as_u16()
    };
    assert_eq!(log_out(&client.access).await, 403);
    let body = json!({"current_password": PASSWORD, "new_password": "x".repeat(12)});
    let change = service
        .client
        .post("/auth/change-password")
        .bearer(&client.access);
    assert_eq!(change.json(&body).send().await.status(), 403);
    assert_eq!(service.status_of(&user.access).await, 200);
    assert_eq!(log_out(&user.access).await, 204);
    assert_eq!(service.status_of(&client.access).await, 401);
}
