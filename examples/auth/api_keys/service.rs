//! API keys in the database.

use chrono::{DateTime, Duration, Utc};
use fastrs::prelude::*;
use fastrs::security::ApiKey;
use sqlx::SqliteExecutor;

use super::schemas::{ApiKeyCreate, ApiKeyCreated, ApiKeyRead};
use crate::auth::scopes;
use crate::core::db::Pool;
use crate::users::models::User;
use crate::users::service as users;

/// The prefix of every key, by which people and scanners recognize one that has leaked.
const PREFIX: &str = "authdemo";

/// Creates a key, of which the database stores only the hash. If the session has ended meanwhile, no key is created.
pub async fn create(
    pool: &Pool,
    session: &str,
    request: ApiKeyCreate,
    scope: String,
    now: DateTime<Utc>,
) -> Result<Option<ApiKeyCreated>> {
    let key = ApiKey::generate(PREFIX)?;
    let days = request.expires_in_days.map(i64::from);
    let stored: Option<ApiKeyRead> = sqlx::query_as(
        "INSERT INTO api_keys (id, hash, user_id, name, scope, created_at, expires_at)
         SELECT ?, ?, user_id, ?, ?, ?, ? FROM sessions WHERE id = ? AND ended_at IS NULL
         RETURNING *",
    )
    .bind(key.id())
    .bind(key.hash())
    .bind(request.name)
    .bind(scope)
    .bind(now)
    .bind(days.map(|days| now + Duration::days(days)))
    .bind(session)
    .fetch_optional(pool)
    .await?;
    Ok(stored.map(|details| ApiKeyCreated {
        key: key.expose().to_owned(),
        details,
    }))
}

pub async fn of_user(pool: &Pool, user_id: i64) -> Result<Vec<ApiKeyRead>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM api_keys WHERE user_id = ? AND revoked_at IS NULL ORDER BY created_at, id",
    )
    .bind(user_id)
    .fetch_all(pool)
    .await
}

/// Revokes a key. Returns whether the user had it.
pub async fn revoke(
    pool: &Pool,
    user_id: i64,
    id: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL",
    )
    .bind(now)
    .bind(id)
    .bind(user_id)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Revokes all keys of a user.
pub async fn revoke_all(
    db: impl SqliteExecutor<'_>,
    user_id: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE api_keys SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL")
        .bind(now)
        .bind(user_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns the user of a key, and what the key may do as long as the user may.
pub async fn user_of(
    pool: &Pool,
    sent: &Secret<String>,
    now: DateTime<Utc>,
) -> Result<Option<(User, Vec<String>)>, sqlx::Error> {
    let Some(id) = ApiKey::id_of(sent.expose()) else {
        return Ok(None);
    };
    let found: Option<(String, i64, String)> = sqlx::query_as(
        "SELECT hash, user_id, scope FROM api_keys
         WHERE id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(pool)
    .await?;
    let Some((_, user_id, scope)) = found.filter(|(hash, ..)| ApiKey::verify(sent.expose(), hash))
    else {
        return Ok(None);
    };
    let user = users::by_id(pool, user_id).await?;
    let Some(user) = user.filter(|user| user.is_active) else {
        return Ok(None);
    };
    sqlx::query("UPDATE api_keys SET last_used_at = ?1 WHERE id = ?2 AND last_used_at IS NOT ?1")
        .bind(now)
        .bind(id)
        .execute(pool)
        .await?;
    let scope = scopes::intersection(&scope, scopes::of_role(user.role));
    let scopes = scope.split_whitespace().map(str::to_owned).collect();
    Ok(Some((user, scopes)))
}
