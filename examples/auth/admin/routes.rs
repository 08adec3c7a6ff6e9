//! Users and the audit log, for admins.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::schemas::{AdminUpdate, Paging};
use crate::auth::dependencies::{CurrentUser, current_user, first_party};
use crate::auth::sessions::end_all;
use crate::core::audit::{Audit, Event, EventKind, audit};
use crate::core::db::{Pool, pool};
use crate::core::time::now;
use crate::users::models::User;
use crate::users::schemas::UserRead;
use crate::users::service as users;

/// Returns the routes under `/admin`.
pub fn router() -> Router {
    Router::new("/admin")
        .tag("admin")
        .require_scopes::<current_user>(&["admin"])
        .routes(routes![list_users, update_user, list_events])
}

/// List users.
#[get("/users")]
async fn list_users(
    #[query] paging: Paging,
    #[depends(pool)] pool: &Pool,
) -> Result<Vec<UserRead>> {
    let users: Vec<User> = sqlx::query_as("SELECT * FROM users ORDER BY id LIMIT ? OFFSET ?")
        .bind(paging.limit)
        .bind(paging.offset)
        .fetch_all(pool)
        .await?;
    Ok(users.into_iter().map(UserRead::from).collect())
}

/// Why a user can't be changed.
#[derive(Debug, HttpError)]
enum UpdateError {
    /// Nobody has this number.
    #[error("no user {0}")]
    #[status(404)]
    NotFound(i64),
    /// Otherwise, the last admin could lock everybody out.
    #[error("admins can't change themselves")]
    #[status(409)]
    Yourself,
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Change the role of a user, or disable or enable them.
///
/// It takes effect at once: their sessions end.
#[patch("/users/<id>")]
async fn update_user(
    id: i64,
    change: AdminUpdate,
    #[depends(first_party)] current: &CurrentUser,
    #[depends(pool)] pool: &Pool,
    #[depends(audit)] audit: &Audit,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<UserRead, UpdateError> {
    if id == current.user.id {
        return Err(UpdateError::Yourself);
    }
    let mut tx = pool.begin().await?;
    let user = users::by_id(&mut *tx, id).await?;
    let mut user = user.ok_or(UpdateError::NotFound(id))?;
    user.role = change.role.unwrap_or(user.role);
    user.is_active = change.is_active.unwrap_or(user.is_active);
    sqlx::query("UPDATE users SET role = ?, is_active = ? WHERE id = ?")
        .bind(user.role)
        .bind(user.is_active)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    end_all(&mut tx, id, now).await?;
    tx.commit().await?;
    audit.record(EventKind::UserChanged, Some(id)).await?;
    Ok(user.into())
}

/// Read the audit log, the latest event first.
#[get("/events")]
async fn list_events(#[query] paging: Paging, #[depends(pool)] pool: &Pool) -> Result<Vec<Event>> {
    let events = sqlx::query_as("SELECT * FROM events ORDER BY id DESC LIMIT ? OFFSET ?")
        .bind(paging.limit)
        .bind(paging.offset)
        .fetch_all(pool)
        .await?;
    Ok(events)
}
