//! The emails of this service, and the tokens in them.

use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use sqlx::{SqliteConnection, SqliteExecutor};

use crate::core::mail::Mail;
use crate::core::secrets::{NewToken, hash};

/// A registration whose address is not verified yet.
#[derive(sqlx::FromRow)]
pub struct Pending {
    pub email: String,
    pub name: String,
    pub password_hash: String,
}

/// Stores a registration, and returns the token for its address. Others with the same address stay valid: the one that
/// counts is the one that the owner of the address confirms.
pub async fn create_registration(
    db: &mut SqliteConnection,
    pending: &Pending,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = NewToken::generate()?;
    sqlx::query(
        "INSERT INTO registrations (hash, email, name, password_hash, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(token.hash)
    .bind(&pending.email)
    .bind(&pending.name)
    .bind(&pending.password_hash)
    .bind(now + Duration::hours(24))
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM registrations WHERE expires_at <= ?")
        .bind(now)
        .execute(db)
        .await?;
    Ok(token.text)
}

/// Returns the registration that could be confirmed with this token now.
pub async fn registration(
    db: impl SqliteExecutor<'_>,
    token: &Secret<String>,
    now: DateTime<Utc>,
) -> Result<Option<Pending>, sqlx::Error> {
    sqlx::query_as(
        "SELECT email, name, password_hash FROM registrations WHERE hash = ? AND expires_at > ?",
    )
    .bind(hash(token.expose()))
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Deletes the registrations of an address that has an account now.
pub async fn delete_registrations(
    db: impl SqliteExecutor<'_>,
    email: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM registrations WHERE email = ?")
        .bind(email)
        .execute(db)
        .await?;
    Ok(())
}

/// Creates a token for a new password. Earlier ones stay valid, so that nobody can invalidate them by asking for
/// another one.
pub async fn create_reset(
    db: &mut SqliteConnection,
    user_id: i64,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = NewToken::generate()?;
    sqlx::query("INSERT INTO password_resets (hash, user_id, expires_at) VALUES (?, ?, ?)")
        .bind(token.hash)
        .bind(user_id)
        .bind(now + Duration::minutes(30))
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM password_resets WHERE expires_at <= ?")
        .bind(now)
        .execute(db)
        .await?;
    Ok(token.text)
}

/// Returns the user who can choose a new password with this token now.
pub async fn user_of_reset(
    db: impl SqliteExecutor<'_>,
    token: &Secret<String>,
    now: DateTime<Utc>,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT user_id FROM password_resets WHERE hash = ? AND expires_at > ?")
        .bind(hash(token.expose()))
        .bind(now)
        .fetch_optional(db)
        .await
}

/// Deletes the tokens with which a user could choose a new password.
pub async fn delete_resets(db: impl SqliteExecutor<'_>, user_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM password_resets WHERE user_id = ?")
        .bind(user_id)
        .execute(db)
        .await?;
    Ok(())
}

pub fn verification(to: String, url: &str, token: &str) -> Mail {
    let text = format!(
        "Somebody, hopefully you, has registered with this address. To confirm it, open\n\n\
         {url}/verify?token={token}\n\n\
         within a day, and enter the password that you have chosen. If it was not you, ignore this mail."
    );
    Mail {
        to,
        subject: "Confirm your address",
        text,
    }
}

/// The email to somebody who registers with an address that already has an account.
pub fn already_registered(to: String, url: &str) -> Mail {
    let text = format!(
        "Somebody, hopefully you, has tried to register with this address, but you already have an account. \
         If you have forgotten the password, reset it at\n\n{url}/forgot-password"
    );
    Mail {
        to,
        subject: "You already have an account",
        text,
    }
}

pub fn password_reset(to: String, url: &str, token: &str) -> Mail {
    let text = format!(
        "Somebody, hopefully you, has forgotten the password of this account. To choose a new one, open\n\n\
         {url}/reset-password?token={token}\n\n\
         within 30 minutes. If it was not you, ignore this mail: your password has not changed."
    );
    Mail {
        to,
        subject: "Reset your password",
        text,
    }
}
