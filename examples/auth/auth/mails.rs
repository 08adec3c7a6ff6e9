//! The tokens in mails, and the mails.

use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use sqlx::{SqliteConnection, SqliteExecutor};

use crate::core::mail::Mail;
use crate::core::secrets::{NewToken, hash};

/// What a token from a mail is good for.
#[derive(Debug, Clone, Copy, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
}

impl Purpose {
    fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail => Duration::hours(24),
            Self::ResetPassword => Duration::minutes(30),
        }
    }
}

/// A token that a mail brings back.
#[derive(sqlx::FromRow)]
pub struct MailToken {
    pub user_id: i64,
    /// The name and the hash of the password, if it confirms a registration.
    pub name: Option<String>,
    pub password_hash: Option<String>,
    expires_at: DateTime<Utc>,
}

/// Creates a token that confirms a registration. Those of other registrations with the same address stay valid: whichever
/// the owner of the address confirms counts.
pub async fn create_verification(
    db: &mut SqliteConnection,
    user_id: i64,
    (name, password_hash): (&str, &str),
    now: DateTime<Utc>,
) -> Result<String> {
    let token = NewToken::generate()?;
    sqlx::query(
        "INSERT INTO mail_tokens (hash, user_id, purpose, name, password_hash, expires_at)
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(token.hash)
    .bind(user_id)
    .bind(Purpose::VerifyEmail)
    .bind(name)
    .bind(password_hash)
    .bind(now + Purpose::VerifyEmail.lifetime())
    .execute(&mut *db)
    .await?;
    delete_expired(db, now).await?;
    Ok(token.text)
}

/// Creates a token for a new password. Earlier ones stay valid, so that nobody takes them away by asking for another one.
pub async fn create_reset(
    db: &mut SqliteConnection,
    user_id: i64,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = NewToken::generate()?;
    sqlx::query("INSERT INTO mail_tokens (hash, user_id, purpose, expires_at) VALUES (?, ?, ?, ?)")
        .bind(token.hash)
        .bind(user_id)
        .bind(Purpose::ResetPassword)
        .bind(now + Purpose::ResetPassword.lifetime())
        .execute(&mut *db)
        .await?;
    delete_expired(db, now).await?;
    Ok(token.text)
}

/// Deletes the tokens with which a user could choose a new password.
pub async fn delete_resets(db: impl SqliteExecutor<'_>, user_id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM mail_tokens WHERE user_id = ? AND purpose = ?")
        .bind(user_id)
        .bind(Purpose::ResetPassword)
        .execute(db)
        .await?;
    Ok(())
}

async fn delete_expired(db: &mut SqliteConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM mail_tokens WHERE expires_at <= ?")
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns whether a token could be used now.
pub async fn is_valid(
    db: impl SqliteExecutor<'_>,
    token: &Secret<String>,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT * FROM mail_tokens WHERE hash = ? AND purpose = ? AND expires_at > ?)",
    )
    .bind(hash(token.expose()))
    .bind(purpose)
    .bind(now)
    .fetch_one(db)
    .await
}

/// Uses a token up, and returns what it is for. Of two requests with the same token, one gets it.
pub async fn use_token(
    db: impl SqliteExecutor<'_>,
    token: &Secret<String>,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Option<MailToken>, sqlx::Error> {
    let token: Option<MailToken> = sqlx::query_as(
        "DELETE FROM mail_tokens WHERE hash = ? AND purpose = ?
         RETURNING user_id, name, password_hash, expires_at",
    )
    .bind(hash(token.expose()))
    .bind(purpose)
    .fetch_optional(db)
    .await?;
    Ok(token.filter(|token| token.expires_at > now))
}

pub fn verification(to: EmailStr, url: &str, token: &str) -> Mail {
    let text = format!(
        "Somebody, hopefully you, has registered with this address. To confirm it, open\n\n\
         {url}/verify?token={token}\n\n\
         within a day. If it was not you, ignore this mail."
    );
    Mail {
        to,
        subject: "Confirm your address",
        text,
    }
}

/// The mail to somebody who registers with an address that already has an account.
pub fn already_registered(to: EmailStr, url: &str) -> Mail {
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

pub fn password_reset(to: EmailStr, url: &str, token: &str) -> Mail {
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
