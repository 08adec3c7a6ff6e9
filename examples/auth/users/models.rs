//! Users as the database stores them.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

/// What a user may do in general. Scopes say what one of their tokens may do.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Role {
    User,
    Admin,
}

/// A row of `users`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
    #[sqlx(try_from = "String")]
    pub password_hash: Secret<String>,
    /// The number of this password: a login with an earlier one opens no session.
    pub password_version: i64,
    pub role: Role,
    pub is_active: bool,
    pub created_at: DateTime<Utc>,
}
