//! The token endpoint (RFC 6749, 3.2).

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::codes::{self, Exchange};
use super::errors::OAuthError;
use super::metadata::read_metadata;
use super::schemas::{CodeGrant, TokenRequest};
use crate::auth::errors::LoginError;
use crate::auth::schemas::Tokens;
use crate::auth::scopes;
use crate::auth::service::{Accounts, accounts};
use crate::auth::sessions::{Sessions, sessions};
use crate::core::caching::no_store;
use crate::core::db::{Pool, pool};
use crate::core::time::now;
use crate::users::service as users;

/// Returns the routes that clients of OAuth 2 use.
pub fn router() -> Router {
    Router::new("")
        .tag("oauth")
        .layer(no_store())
        .routes(routes![create_tokens, read_metadata])
}

/// Get tokens for a password or a code, or new ones for a refresh token.
///
/// The user name is the email address.
#[post("/token", public)]
async fn create_tokens(
    #[form] request: TokenRequest,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(sessions)] sessions: &Sessions,
    #[depends(pool)] pool: &Pool,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<Tokens, OAuthError> {
    Ok(match request {
        TokenRequest::Password(form) => {
            let user = accounts.log_in(&form.username, &form.password).await?;
            let scope = scopes::granted_or_all(&form.scope, scopes::of_role(user.role));
            let scope = scope.ok_or(LoginError::Scope)?;
            sessions.open(&user, scope).await?
        }
        TokenRequest::RefreshToken(grant) => {
            let client = grant.client_id.as_deref();
            sessions
                .renew(&grant.refresh_token, &grant.scope, client)
                .await?
        }
        TokenRequest::AuthorizationCode(grant) => exchange(&grant, pool, sessions, now).await?,
    })
}

/// Exchanges a code. One that is sent a second time was stolen: the session that it opened ends.
async fn exchange(
    request: &CodeGrant,
    pool: &Pool,
    sessions: &Sessions,
    now: DateTime<Utc>,
) -> Result<Tokens, OAuthError> {
    let invalid = || OAuthError::InvalidGrant("The code is invalid".into());
    // A request with an invalid code need not wait for its turn to write.
    if !codes::exists(pool, &request.code).await? {
        return Err(invalid());
    }
    let mut tx = pool.begin().await?;
    let grant = match codes::exchange(&mut tx, request, now).await? {
        Exchange::First(grant) => grant,
        Exchange::Again(session) => {
            tx.rollback().await?;
            if let Some(session) = session {
                sessions.end_stolen(&session).await?;
            }
            return Err(invalid());
        }
        Exchange::Invalid => {
            tx.commit().await?;
            return Err(invalid());
        }
    };
    let user = users::by_id(&mut *tx, grant.user_id).await?;
    let user = user.filter(|user| user.is_active).ok_or_else(invalid)?;
    let client = Some(&*grant.client_id);
    let opened = sessions
        .open_in(&mut tx, &user, grant.scope, client)
        .await?;
    codes::opened(&mut tx, &request.code, &opened.session).await?;
    tx.commit().await?;
    sessions.record_login(user.id).await?;
    Ok(opened.tokens)
}
