//! Registration, login, sessions and passwords.

use chrono::Duration;
use fastrs::security::{Jwt, Passwords};
use serde_json::{Value, json};

use super::sessions::Claims;
use crate::core::passwords::passwords;
use crate::testing::{PASSWORD, Tokens, service, service_with, settings};

const ADA: &str = "ada@example.com";
const NEW_PASSWORD: &str = "a new and longer password";

#[tokio::test]
async fn a_user_registers_verifies_the_address_and_logs_in() {
    let service = service().await;
    let answer = service.register("Ada@Example.com").await;
    assert_eq!(answer.status(), 202);

    let answer = service.try_log_in(ADA, PASSWORD).await;
    assert_eq!(answer.status(), 401, "the address is not verified");
    let token = service.mailed_token(ADA);
    let verify = async || {
        service
            .post(
                "/auth/verify-email",
                json!({"token": token, "password": PASSWORD}),
            )
            .await
    };
    assert_eq!(verify().await.status(), 200);
    assert_eq!(verify().await.status(), 403, "the token is used up");

    let answer = service.try_log_in("ADA@example.com", PASSWORD).await;
    let body: Value = answer.json();
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["expires_in"], 900);
    assert_eq!(body["scope"], "api-keys profile");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = Tokens::of(&answer);
    let me = service.get("/users/me", &tokens.access).await;
    let me: Value = me.json();
    assert_eq!((&me["email"], &me["role"]), (&json!(ADA), &json!("user")));
    assert!(me.get("password_hash").is_none());
}

#[tokio::test]
async fn a_verification_expires_after_a_day() {
    let service = service().await;
    service.register(ADA).await;
    service.wait(Duration::hours(24));
    let body = json!({"token": service.mailed_token(ADA), "password": PASSWORD});
    assert_eq!(service.post("/auth/verify-email", body).await.status(), 403);
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let service = service().await;
    service.create_user(ADA).await;
    let register = async |email: &str| {
        let body = json!({"email": email, "name": "Eve", "password": NEW_PASSWORD});
        service.post("/auth/register", body).await
    };
    let pairs = [
        (register(ADA).await, register("eve@example.com").await),
        (
            service.try_log_in(ADA, "wrong password").await,
            service
                .try_log_in("nobody@example.com", "wrong password")
                .await,
        ),
        // Each address has just been registered, with this password, by somebody who does not read its mail.
        (
            service.try_log_in(ADA, NEW_PASSWORD).await,
            service.try_log_in("eve@example.com", NEW_PASSWORD).await,
        ),
        (
            service
                .post("/auth/forgot-password", json!({"email": ADA}))
                .await,
            service
                .post(
                    "/auth/forgot-password",
                    json!({"email": "nobody@example.com"}),
                )
                .await,
        ),
    ];
    for (known, unknown) in pairs {
        assert_eq!(known.status(), unknown.status());
        assert_eq!(known.text(), unknown.text());
        assert_eq!(known.headers(), unknown.headers());
    }
    assert!(service.last_mail(ADA).contains("reset-password"));
    assert_eq!(service.mail_count(), 4, "nobody@example.com got none");
}

/// Python's Django had this fault (CVE-2019-19844).
#[tokio::test]
async fn an_address_that_another_one_resembles_keeps_its_account() {
    // With a Kelvin sign, which Unicode's lower case turns into a `k`.
    const RESEMBLING: &str = "\u{212a}ate@example.com";
    const KATE: &str = "kate@example.com";
    let service = service().await;
    service.create_user(KATE).await;
    let forget = async |email: &str| {
        let answer = service.post("/auth/forgot-password", json!({"email": email}));
        assert_eq!(answer.await.status(), 202);
    };
    forget(RESEMBLING).await;
    assert_eq!(service.mail_count(), 1, "it has no account");
    forget("KATE@Example.COM").await;
    assert!(service.last_mail(KATE).contains("reset-password"));

    service.create_user(RESEMBLING).await;
    let tokens = service.log_in(RESEMBLING).await;
    let me = service.get("/users/me", &tokens.access).await;
    assert_eq!(me.json::<Value>()["email"], RESEMBLING);
    let tokens = service.log_in(KATE).await;
    let me = service.get("/users/me", &tokens.access).await;
    assert_eq!(me.json::<Value>()["email"], KATE);
}

#[tokio::test]
async fn whoever_registers_again_does_not_change_the_account() {
    let service = service().await;
    service.create_user(ADA).await;
    let body = json!({"email": ADA, "name": "Eve", "password": NEW_PASSWORD});
    assert_eq!(service.post("/auth/register", body).await.status(), 202);
    assert!(service.last_mail(ADA).contains("already have an account"));
    assert_eq!(service.try_log_in(ADA, NEW_PASSWORD).await.status(), 401);
    assert_eq!(service.try_log_in(ADA, PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn the_registration_that_the_owner_confirms_counts() {
    const OF_EVE: &str = "the password of eve";
    let service = service().await;
    let register = async |name: &str, password: &str| {
        let body = json!({"email": ADA, "name": name, "password": password});
        service.post("/auth/register", body).await;
        service.mailed_token(ADA)
    };
    let verify = async |token: &str, password: &str| {
        let body = json!({"token": token, "password": password});
        let answer = service.post("/auth/verify-email", body).await;
        answer.status().as_u16()
    };
    let of_eve = register("Eve", OF_EVE).await;
    let owners = register("Ada", PASSWORD).await;
    let later = register("Eve", OF_EVE).await;
    assert_eq!(
        verify(&of_eve, PASSWORD).await,
        403,
        "Ada opens the mail that Eve has caused"
    );
    assert_eq!(verify(&owners, OF_EVE).await, 403);
    assert_eq!(verify(&owners, PASSWORD).await, 200);
    for token in [of_eve, later] {
        assert_eq!(verify(&token, OF_EVE).await, 403);
    }
    assert_eq!(service.try_log_in(ADA, OF_EVE).await.status(), 401);
    let tokens = service.log_in(ADA).await;
    let me = service.get("/users/me", &tokens.access).await;
    assert_eq!(me.json::<Value>()["name"], "Ada");
}

#[tokio::test]
async fn a_short_password_is_refused_and_not_echoed() {
    let service = service().await;
    let body = json!({"email": ADA, "name": "Ada", "password": "hunter2"});
    let answer = service.post("/auth/register", body).await;
    assert_eq!(answer.status(), 422);
    assert!(!answer.text().contains("hunter2"), "{}", answer.text());
}

#[tokio::test]
async fn a_refresh_token_works_once_and_a_second_use_ends_the_session() {
    let service = service().await;
    service.create_user(ADA).await;
    let first = service.log_in(ADA).await;
    let other = service.log_in(ADA).await;
    let second = Tokens::of(&service.refresh(&first.refresh).await);
    assert_ne!(first.refresh, second.refresh);
    assert_eq!(service.status_of(&second.access).await, 200);

    let reused = service.refresh(&first.refresh).await;
    assert_eq!(reused.status(), 401);
    assert_eq!(
        reused.json::<Value>()["detail"],
        "The refresh token is invalid"
    );
    assert_eq!(service.refresh(&second.refresh).await.status(), 401);
    assert_eq!(
        service.status_of(&second.access).await,
        401,
        "the whole session has ended"
    );
    assert_eq!(
        service.status_of(&other.access).await,
        200,
        "other sessions go on"
    );
    assert_eq!(service.events().await[0], "refresh_token_reused");
}

#[tokio::test]
async fn of_two_refreshes_at_once_one_succeeds() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let (a, b) = tokio::join!(
        service.refresh(&tokens.refresh),
        service.refresh(&tokens.refresh)
    );
    let mut statuses = [a.status().as_u16(), b.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn a_refresh_token_expires() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    service.wait(Duration::days(30));
    assert_eq!(service.refresh(&tokens.refresh).await.status(), 401);
    assert_eq!(service.refresh("unknown").await.status(), 401);
}

#[tokio::test]
async fn an_access_token_expires_and_names_its_user_and_session() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let with = settings();
    let url = &with.public_url;
    let jwt = Jwt::hs256(with.secret_key.expose())
        .unwrap()
        .issuer(url)
        .audience(url);
    let claims: Claims = jwt.decode(&tokens.access).unwrap();
    let (sub, sid) = (&*claims.sub, &*claims.sid);
    let sign = |sub: &str, sid: &str, exp: Option<i64>| {
        let claims = json!({"sub": sub, "sid": sid, "scope": "profile", "exp": exp});
        jwt.encode(&claims).unwrap()
    };
    assert_eq!(service.status_of(&sign(sub, sid, None)).await, 200);
    for (token, why) in [
        (sign(sub, sid, Some(1_000_000_000)), "it has expired"),
        (sign("1", sid, None), "the session is not that of the admin"),
        (sign(sub, "1", None), "nobody can guess a session"),
    ] {
        assert_eq!(service.status_of(&token).await, 401, "{why}");
    }
    let other = Jwt::hs256([7; 32]).unwrap().issuer(url).audience(url);
    let forged = other.encode(&claims).unwrap();
    assert_eq!(service.status_of(&forged).await, 401);
}

#[tokio::test]
async fn a_logout_ends_one_session_or_all() {
    let service = service().await;
    service.create_user(ADA).await;
    let [a, b, c] = [
        service.log_in(ADA).await,
        service.log_in(ADA).await,
        service.log_in(ADA).await,
    ];
    let post = async |path: &str, token: &str| service.client.post(path).bearer(token).send().await;
    assert_eq!(post("/auth/logout", &a.access).await.status(), 204);
    assert_eq!(service.status_of(&a.access).await, 401);
    assert_eq!(service.refresh(&a.refresh).await.status(), 401);
    assert_eq!(service.status_of(&b.access).await, 200);

    assert_eq!(
        post("/auth/logout-everywhere", &b.access).await.status(),
        204
    );
    for tokens in [b, c] {
        assert_eq!(service.status_of(&tokens.access).await, 401);
        assert_eq!(service.refresh(&tokens.refresh).await.status(), 401);
    }
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_and_ends_all_sessions() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let forget = async || {
        service
            .post("/auth/forgot-password", json!({"email": ADA}))
            .await
    };
    forget().await;
    let earlier = service.mailed_token(ADA);
    forget().await;
    let token = service.mailed_token(ADA);
    let reset = async |token: &str| {
        let body = json!({"token": token, "new_password": NEW_PASSWORD});
        service
            .post("/auth/reset-password", body)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(service.status_of(&tokens.access).await, 200);
    assert_eq!(reset(&earlier).await, 200, "another mail changes nothing");
    assert_eq!(service.status_of(&tokens.access).await, 401);
    assert_eq!(service.refresh(&tokens.refresh).await.status(), 401);
    assert_eq!(service.try_log_in(ADA, PASSWORD).await.status(), 401);
    assert_eq!(service.try_log_in(ADA, NEW_PASSWORD).await.status(), 200);
    assert_eq!(reset(&earlier).await, 403, "the token is used up");
    assert_eq!(reset(&token).await, 403, "and so are the others");

    forget().await;
    service.wait(Duration::minutes(30));
    assert_eq!(
        reset(&service.mailed_token(ADA)).await,
        403,
        "the token has expired"
    );
}

#[tokio::test]
async fn a_mailed_token_is_good_for_one_purpose() {
    let service = service().await;
    service.register(ADA).await;
    let token = service.mailed_token(ADA);
    let body = json!({"token": token, "new_password": NEW_PASSWORD});
    assert_eq!(
        service.post("/auth/reset-password", body).await.status(),
        403
    );
    assert_eq!(
        service
            .post(
                "/auth/verify-email",
                json!({"token": token, "password": PASSWORD})
            )
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let service = service().await;
    service.create_user(ADA).await;
    let tokens = service.log_in(ADA).await;
    let change = async |current: &str| {
        let body = json!({"current_password": current, "new_password": NEW_PASSWORD});
        let request = service
            .client
            .post("/auth/change-password")
            .bearer(&tokens.access);
        request.json(&body).send().await.status().as_u16()
    };
    service
        .post("/auth/forgot-password", json!({"email": ADA}))
        .await;
    let token = service.mailed_token(ADA);
    assert_eq!(change("wrong").await, 401);
    assert_eq!(change(PASSWORD).await, 204);
    assert_eq!(service.status_of(&tokens.access).await, 401);
    let body = json!({"token": token, "new_password": PASSWORD});
    let reset = service.post("/auth/reset-password", body).await;
    assert_eq!(reset.status(), 403, "a link from before is void");
    assert_eq!(service.try_log_in(ADA, NEW_PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn logins_are_limited_per_account() {
    let service = service().await;
    service.create_user(ADA).await;
    for account in [ADA, "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(service.try_log_in(account, "wrong").await.status(), 401);
        }
        let limited = service.try_log_in(account, PASSWORD).await;
        assert_eq!(limited.status(), 429, "the right password does not help");
        let seconds: u32 = limited.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    for _ in 0..5 {
        assert_eq!(service.try_log_in(ADA, PASSWORD).await.status(), 429);
    }
    let events = service.events().await;
    let limited = events.iter().filter(|kind| *kind == "login_limited");
    assert_eq!(limited.count(), 2, "once for each account");
}

#[tokio::test]
async fn a_spoofed_address_does_not_evade_the_limit() {
    let service = service().await;
    let attempt = async |n: usize| {
        let body = json!({"email": format!("user{n}@example.com"), "password": "wrong"});
        let request = service.client.post("/auth/login").json(&body);
        request
            .header("x-forwarded-for", format!("192.0.2.{n}"))
            .send()
            .await
            .status()
            .as_u16()
    };
    for n in 0..20 {
        assert_eq!(attempt(n).await, 401);
    }
    assert_eq!(attempt(20).await, 429);
}

#[tokio::test]
async fn a_login_asks_for_scopes() {
    let service = service().await;
    service.create_user(ADA).await;
    let login = async |scope: &str| {
        let body = json!({"email": ADA, "password": PASSWORD, "scope": scope});
        service.post("/auth/login", body).await
    };
    assert_eq!(
        login("profile admin").await.status(),
        403,
        "only admins get it"
    );
    assert_eq!(login("unknown").await.status(), 403);
    let tokens = Tokens::of(&login("api-keys").await);
    let me = service.get("/users/me", &tokens.access).await;
    assert_eq!(me.status(), 403);
    let challenge = me.header("www-authenticate").unwrap();
    assert_eq!(
        challenge,
        r#"Bearer error="insufficient_scope", scope="profile""#
    );
}

#[tokio::test]
async fn a_wrong_token_costs_no_hash_and_is_limited() {
    // Here, hashing the new password would be an error.
    let short = Passwords::new()
        .memory_kib(8)
        .iterations(1)
        .max_length(PASSWORD.len());
    let service = service_with(|app| app.provide::<passwords>(short)).await;
    let reset = async || {
        let body = json!({"token": "wrong", "new_password": "x".repeat(100)});
        service
            .post("/auth/reset-password", body)
            .await
            .status()
            .as_u16()
    };
    for _ in 0..20 {
        assert_eq!(reset().await, 403);
    }
    assert_eq!(reset().await, 429);
}

#[tokio::test]
async fn logins_and_mails_are_counted_apart() {
    let service = service().await;
    for name in ["mail to ada@example.com", ADA] {
        for _ in 0..5 {
            let fields = [
                ("grant_type", "password"),
                ("username", name),
                ("password", "x"),
            ];
            let answer = service.client.post("/token").form(&fields).send().await;
            assert_eq!(answer.status(), 400);
        }
    }
    let forgot = service
        .post("/auth/forgot-password", json!({"email": ADA}))
        .await;
    assert_eq!(forgot.status(), 202);
}
