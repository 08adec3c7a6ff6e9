//! What happens if a second request comes between two steps of a first one. Routes of the tests do the steps in that order.

use fastrs::prelude::*;
use fastrs::security::Passwords;

use super::errors::LoginError;
use super::schemas::Tokens;
use super::service::{Accounts, accounts};
use super::sessions::{Sessions, sessions};
use crate::core::db::{Pool, pool};
use crate::core::passwords::passwords;
use crate::testing::{PASSWORD, service_with};
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

/// A login when no more than one connection is free.
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
