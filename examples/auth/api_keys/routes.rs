//! API keys.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::schemas::{ApiKeyCreate, ApiKeyCreated, ApiKeyRead};
use super::service;
use crate::auth::dependencies::{CurrentUser, current_user, first_party};
use crate::auth::scopes;
use crate::core::audit::{Audit, EventKind, audit};
use crate::core::caching::no_store;
use crate::core::db::{Pool, pool};
use crate::core::time::now;

/// Returns the routes under `/api-keys`.
pub fn router() -> Router {
    Router::new("/api-keys")
        .tag("api keys")
        .layer(no_store())
        .require_scopes::<current_user>(&["api-keys"])
        .routes(routes![create_key, list_keys, revoke_key])
}

/// Why a key can't be created.
#[derive(Debug, HttpError)]
enum CreateError {
    /// No scopes, or scopes that the token of the request does not have.
    #[error("A key needs a scope, and can't do more than the token that creates it")]
    #[status(403)]
    Scope,
    /// Meanwhile, the user has logged out, or has a new password.
    #[error("The session has ended")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer error=\"invalid_token\"")]
    Ended,
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Create a key. It is shown only this once.
///
/// Apps that a user has let in can't create one: it would outlive their tokens.
#[post("", status = 201)]
async fn create_key(
    request: ApiKeyCreate,
    #[depends(first_party)] current: &CurrentUser,
    #[depends(pool)] pool: &Pool,
    #[depends(audit)] audit: &Audit,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<ApiKeyCreated, CreateError> {
    let allowed: Vec<&str> = current.scopes.iter().map(String::as_str).collect();
    let scope = scopes::granted(&request.scope, &allowed).ok_or(CreateError::Scope)?;
    let created = service::create(pool, &current.session, request, scope, now).await?;
    let created = created.ok_or(CreateError::Ended)?;
    record(audit, EventKind::ApiKeyCreated, current.user.id).await?;
    Ok(created)
}

/// List your keys, the oldest first.
#[get("")]
async fn list_keys(
    #[depends(current_user)] current: &CurrentUser,
    #[depends(pool)] pool: &Pool,
) -> Result<Vec<ApiKeyRead>> {
    Ok(service::of_user(pool, current.user.id).await?)
}

/// Why a key can't be revoked.
#[derive(Debug, HttpError)]
enum RevokeError {
    /// The user has no such key.
    #[error("no such key")]
    #[status(404)]
    NotFound,
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Revoke a key: it stops working at once.
#[delete("/<id>", status = 204)]
async fn revoke_key(
    #[path(max_length = 80)] id: String,
    #[depends(current_user)] current: &CurrentUser,
    #[depends(pool)] pool: &Pool,
    #[depends(audit)] audit: &Audit,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<(), RevokeError> {
    let user_id = current.user.id;
    let revoked = service::revoke(pool, user_id, &id, now).await;
    if !revoked.map_err(HttpError::from)? {
        return Err(RevokeError::NotFound);
    }
    record(audit, EventKind::ApiKeyRevoked, user_id).await?;
    Ok(())
}

async fn record(audit: &Audit, kind: EventKind, user_id: i64) -> Result<()> {
    Ok(audit.record(kind, Some(user_id)).await?)
}
