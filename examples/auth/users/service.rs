//! Users in the database.

use chrono::{DateTime, Utc};
use sqlx::SqliteExecutor;

use super::models::{Role, User};

/// Returns an address as it is stored, so that two spellings are not two accounts.
///
/// Only ASCII letters become lower case: in Unicode, different mailboxes can be the same in lower case, as with a
/// Kelvin sign in place of the K of `Kate@example.com`.
pub fn normalized(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

pub async fn by_id(db: impl SqliteExecutor<'_>, id: i64) -> Result<Option<User>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM users WHERE id = ?")
        .bind(id)
        .fetch_optional(db)
        .await
}

pub async fn by_email(
    db: impl SqliteExecutor<'_>,
    email: &str,
) -> Result<Option<User>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM users WHERE email = ?")
        .bind(normalized(email))
        .fetch_optional(db)
        .await
}

/// A user to be created.
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub role: Role,
    pub created_at: DateTime<Utc>,
}

/// Creates a user, unless there already is one with this address.
pub async fn create(
    db: impl SqliteExecutor<'_>,
    user: NewUser<'_>,
) -> Result<Option<User>, sqlx::Error> {
    sqlx::query_as(
        "INSERT INTO users (email, name, password_hash, role, is_active, created_at)
         VALUES (?, ?, ?, ?, TRUE, ?) ON CONFLICT (email) DO NOTHING RETURNING *",
    )
    .bind(normalized(user.email))
    .bind(user.name)
    .bind(user.password_hash)
    .bind(user.role)
    .bind(user.created_at)
    .fetch_optional(db)
    .await
}

/// Sets a new password.
pub async fn set_password(
    db: impl SqliteExecutor<'_>,
    id: i64,
    hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE users SET password_hash = ?, password_version = password_version + 1 WHERE id = ?",
    )
    .bind(hash)
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

/// Stores another hash of the password with which this user has logged in, unless it has changed meanwhile.
pub async fn rehash(
    db: impl SqliteExecutor<'_>,
    user: &User,
    hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET password_hash = ? WHERE id = ? AND password_version = ?")
        .bind(hash)
        .bind(user.id)
        .bind(user.password_version)
        .execute(db)
        .await?;
    Ok(())
}
