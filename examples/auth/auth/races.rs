//! What happens if a second request arrives between two steps of the first one, or while another one writes. Routes of
//! the tests do the steps in that order.

use chrono::Duration;
use fastrs::prelude::*;
use fastrs::security::Passwords;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use super::errors::LoginError;
use super::schemas::Tokens;
use super::service::{Accounts, accounts};
use super::sessions::{Sessions, sessions};
use crate::core::db::{Pool, pool};
use crate::core::passwords::passwords;
use crate::core::settings::Settings;
use crate::testing::{PASSWORD, Service, service_with, settings};
use crate::users::schemas::NewPassword;
use crate::users::service as users;

const ADA: &str = "ada@example.com";
const NEW_PASSWORD: &str = "a new and longer password";

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// A login during which the password changes.
#[post("/login-and-change", public)]
async fn login_and_change(
    #[depends(accounts)] accounts: &Accounts,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<Tokens, LoginError> {
    let user = accounts.log_in(ADA, &secret(PASSWORD)).await?;
    let new = NewPassword(secret(NEW_PASSWORD));
    accounts
        .change_password(&user, &secret(PASSWORD), &new)
        .await?;
    assert!(sessions.open_in_browser(&user, "profile").await.is_err());
    sessions.open(&user, "profile".into()).await
}

#[tokio::test]
async fn a_login_with_a_password_that_has_changed_meanwhile_is_refused() {
    let service = service_with(|app| app.routes(routes![login_and_change])).await;
    service.create_user(ADA).await;
    let answer = service.post("/login-and-change", json!({})).await;
    assert_eq!(answer.status(), 401, "{}", answer.text());
    assert_eq!(service.try_log_in(ADA, NEW_PASSWORD).await.status(), 200);
}

/// A login while only one connection is free.
#[post("/login-with-one-connection", public)]
async fn login_with_one_connection(
    #[depends(accounts)] accounts: &Accounts,
    #[depends(sessions)] sessions: &Sessions,
    #[depends(pool)] pool: &Pool,
) -> Result<(), LoginError> {
    let user = accounts.log_in(ADA, &secret(PASSWORD)).await?;
    let mut taken = Vec::new();
    for _ in 1..pool.options().get_max_connections() {
        taken.push(pool.acquire().await?);
    }
    sessions.open_in_browser(&user, "profile").await?;
    Ok(())
}

#[tokio::test]
async fn a_login_needs_one_connection_at_a_time() {
    let service = service_with(|app| app.routes(routes![login_with_one_connection])).await;
    service.create_user(ADA).await;
    let answer = service.post("/login-with-one-connection", json!({})).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
}

/// A login whose hash is stored after the password has changed.
#[post("/rehash-and-change", public)]
async fn rehash_and_change(
    #[depends(accounts)] accounts: &Accounts,
    #[depends(passwords)] passwords: &Passwords,
    #[depends(pool)] pool: &Pool,
) -> Result<(), LoginError> {
    let user = accounts.log_in(ADA, &secret(PASSWORD)).await?;
    let new = NewPassword(secret(NEW_PASSWORD));
    accounts
        .change_password(&user, &secret(PASSWORD), &new)
        .await?;
    let hash = passwords.hash(PASSWORD).await?;
    users::rehash(pool, &user, &hash).await?;
    Ok(())
}

#[tokio::test]
async fn a_new_hash_does_not_bring_an_old_password_back() {
    let service = service_with(|app| app.routes(routes![rehash_and_change])).await;
    service.create_user(ADA).await;
    let answer = service.post("/rehash-and-change", json!({})).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert_eq!(service.try_log_in(ADA, PASSWORD).await.status(), 401);
    assert_eq!(service.try_log_in(ADA, NEW_PASSWORD).await.status(), 200);
}

/// Stores a hash with a lower cost than that of the service.
#[post("/outdate", public)]
async fn outdate(#[depends(pool)] pool: &Pool) -> Result<(), LoginError> {
    let user = users::by_email(pool, ADA).await?.unwrap();
    let cheap = Passwords::new().memory_kib(8).iterations(1);
    let hash = cheap.hash(PASSWORD).await?;
    users::rehash(pool, &user, &hash).await?;
    Ok(())
}

#[tokio::test]
async fn a_login_renews_an_outdated_hash() {
    let dear = Passwords::new().memory_kib(16).iterations(1);
    let service = service_with(|app| app.provide::<passwords>(dear).routes(routes![outdate]));
    let service = service.await;
    service.create_user(ADA).await;
    assert_eq!(service.post("/outdate", json!({})).await.status(), 200);
    service.log_in(ADA).await;
    service.log_in(ADA).await;
}

/// Starts a write that lasts for as long as the test holds the connection that this returns.
async fn writing(url: &str) -> SqliteConnection {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

/// Starts a service with a database that the test can open too.
async fn service_with_database(folder: &TempDir) -> (Service, String) {
    let url = format!("sqlite:{}", folder.path().join("auth.db").display());
    let mut with = settings();
    with.database_url = Some(secret(&url));
    (service_with(|app| app.provide::<Settings>(with)).await, url)
}

#[tokio::test]
async fn what_is_wrong_does_not_wait_for_its_turn_to_write() {
    let folder = TempDir::new().unwrap();
    let (service, url) = service_with_database(&folder).await;
    let _writing = writing(&url).await;
    let verified = service
        .post(
            "/auth/verify-email",
            json!({"token": "wrong", "password": PASSWORD}),
        )
        .await;
    assert_eq!(verified.status(), 403);
    assert_eq!(service.refresh("wrong").await.status(), 401);
    let verifier = "v".repeat(43);
    let code = [
        ("grant_type", "authorization_code"),
        ("code", "wrong"),
        ("client_id", "my-app"),
        ("redirect_uri", "https://app.example/callback"),
        ("code_verifier", &verifier),
    ];
    let exchanged = service.client.post("/token").form(&code).send().await;
    assert_eq!(exchanged.status(), 400);
}

#[tokio::test]
async fn refresh_tokens_that_have_expired_are_deleted() {
    let folder = TempDir::new().unwrap();
    let (service, url) = service_with_database(&folder).await;
    service.create_user(ADA).await;
    service.log_in(ADA).await;
    service.wait(Duration::days(30));
    service.log_in(ADA).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let count = sqlx::query_scalar("SELECT count(*) FROM refresh_tokens");
    let count: i64 = count.fetch_one(&mut connection).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn the_answer_to_a_registration_waits_for_nothing_but_the_hash() {
    let folder = TempDir::new().unwrap();
    let (service, url) = service_with_database(&folder).await;
    let writing = writing(&url).await;
    assert_eq!(service.register(ADA).await.status(), 202);
    drop(writing);
}
