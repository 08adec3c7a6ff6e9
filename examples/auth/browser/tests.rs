//! The pages.

use fastrs::testing::{TestRequest, TestResponse};

use crate::testing::{PASSWORD, Service, service};

const ADA: &str = "ada@example.com";

/// Sends a form as a page of this service does.
fn form<'a>(service: &'a Service, path: &str, fields: &[(&str, &str)]) -> TestRequest<'a> {
    let request = service
        .client
        .post(path)
        .form(fields)
        .follow_redirects(false);
    request.header("sec-fetch-site", "same-origin")
}

async fn log_in(service: &Service, password: &str) -> TestResponse {
    form(service, "/login", &[("email", ADA), ("password", password)])
        .send()
        .await
}

async fn account(service: &Service) -> TestResponse {
    service
        .client
        .get("/account")
        .follow_redirects(false)
        .send()
        .await
}

fn leads_to(answer: &TestResponse, location: &str) {
    assert_eq!(answer.status(), 303, "{}", answer.text());
    assert_eq!(answer.header("location"), Some(location));
}

#[tokio::test]
async fn a_user_logs_in_sees_the_account_and_logs_out() {
    let service = service().await;
    service.create_user(ADA).await;
    leads_to(&account(&service).await, "/login");

    let refused = log_in(&service, "wrong").await;
    assert_eq!(refused.status(), 401);
    assert!(refused.text().contains("Incorrect email or password"));
    assert!(
        refused.text().contains(ADA),
        "the address need not be typed again"
    );
    leads_to(&account(&service).await, "/login");

    leads_to(&log_in(&service, PASSWORD).await, "/account");
    let page = account(&service).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().contains("<h1>Ada</h1>") && page.text().contains(ADA));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("default-src 'none'")
    );

    let old = service.client.cookies();
    leads_to(&form(&service, "/logout", &[]).send().await, "/login");
    leads_to(&account(&service).await, "/login");
    let (name, value) = &old[0];
    let replayed = service
        .client
        .get("/account")
        .cookie(name, value)
        .follow_redirects(false);
    leads_to(&replayed.send().await, "/login");
}

#[tokio::test]
async fn a_second_login_ends_the_session_of_the_first() {
    let service = service().await;
    service.create_user(ADA).await;
    log_in(&service, PASSWORD).await;
    let first = service.client.cookies();
    leads_to(&log_in(&service, PASSWORD).await, "/account");
    assert_eq!(account(&service).await.status(), 200);
    form(&service, "/logout", &[]).send().await;
    let (name, value) = &first[0];
    let replayed = service.client.get("/account").cookie(name, value);
    let replayed = replayed.follow_redirects(false).send().await;
    leads_to(&replayed, "/login");
}

#[tokio::test]
async fn a_cookie_is_no_token_and_a_token_no_cookie() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let page = service
        .client
        .get("/account")
        .bearer(&tokens.access)
        .follow_redirects(false);
    leads_to(&page.send().await, "/login");
    log_in(&service, PASSWORD).await;
    assert_eq!(account(&service).await.status(), 200);
    assert_eq!(service.client.get("/users/me").send().await.status(), 401);
}

#[tokio::test]
async fn a_logout_everywhere_ends_cookies_and_tokens() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    log_in(&service, PASSWORD).await;
    leads_to(
        &form(&service, "/logout-everywhere", &[]).send().await,
        "/login",
    );
    assert_eq!(service.status_of(&tokens.access).await, 401);

    let tokens = service.log_in(ADA).await;
    log_in(&service, PASSWORD).await;
    let everywhere = service
        .client
        .post("/auth/logout-everywhere")
        .bearer(&tokens.access);
    assert_eq!(everywhere.send().await.status(), 204);
    leads_to(&account(&service).await, "/login");
}

#[tokio::test]
async fn another_site_cannot_send_the_forms() {
    let service = service().await;
    service.create_user(ADA).await;
    log_in(&service, PASSWORD).await;
    for (path, fields) in [
        ("/logout", &[][..]),
        ("/logout-everywhere", &[]),
        (
            "/login",
            &[("email", "eve@example.com"), ("password", PASSWORD)],
        ),
    ] {
        let request = service
            .client
            .post(path)
            .form(fields)
            .follow_redirects(false);
        let answer = request.header("sec-fetch-site", "cross-site").send().await;
        assert_eq!(answer.status(), 403, "{path}");
    }
    assert_eq!(account(&service).await.status(), 200);
}

#[tokio::test]
async fn a_login_leads_to_no_other_site() {
    let service = service().await;
    service.create_user(ADA).await;
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
    ] {
        let fields = [("email", ADA), ("password", PASSWORD), ("next", next)];
        leads_to(&form(&service, "/login", &fields).send().await, "/account");
    }
}

#[tokio::test]
async fn the_links_in_mails_open_pages() {
    let service = service().await;
    service.register(ADA).await;
    let token = service.mailed_token(ADA);
    let page = service
        .client
        .get(&format!("/verify?token={token}"))
        .send()
        .await;
    assert!(page.text().contains(&token), "{}", page.text());
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    let verify = async || {
        let fields = [("token", &*token), ("password", PASSWORD)];
        form(&service, "/verify", &fields).send().await.status()
    };
    assert_eq!(
        service.try_log_in(ADA, PASSWORD).await.status(),
        401,
        "opening it is not enough"
    );
    let wrong = [("token", &*token), ("password", "wrong")];
    let refused = form(&service, "/verify", &wrong).send().await;
    assert_eq!(refused.status(), 403);
    assert!(refused.text().contains("not the password"));
    assert_eq!(verify().await, 200);
    assert_eq!(verify().await, 403);

    form(&service, "/forgot-password", &[("email", ADA)])
        .send()
        .await;
    let token = service.mailed_token(ADA);
    let page = service
        .client
        .get(&format!("/reset-password?token={token}"))
        .send()
        .await;
    assert!(page.text().contains(&token));
    let fields = [
        ("token", &*token),
        ("new_password", "another long password"),
    ];
    assert_eq!(
        form(&service, "/reset-password", &fields)
            .send()
            .await
            .status(),
        200
    );
    leads_to(&log_in(&service, "another long password").await, "/account");
}

#[tokio::test]
async fn what_a_page_shows_is_escaped() {
    let service = service().await;
    let script = "<script>alert(1)</script>";
    let refused = form(&service, "/login", &[("email", script), ("password", "x")])
        .send()
        .await;
    assert!(!refused.text().contains(script), "{}", refused.text());
}
