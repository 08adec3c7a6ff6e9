//! The token endpoint (RFC 6749, 3.2).

use fastrs::prelude::*;

use super::errors::OAuthError;
use super::metadata::read_metadata;
use super::schemas::TokenRequest;
use crate::auth::errors::LoginError;
use crate::auth::schemas::Tokens;
use crate::auth::scopes;
use crate::auth::service::{Accounts, accounts};
use crate::auth::sessions::{Sessions, sessions};
use crate::core::caching::no_store;

/// Returns the routes that clients of OAuth 2 use.
pub fn router() -> Router {
    Router::new("")
        .tag("oauth")
        .layer(no_store())
        .routes(routes![create_tokens, read_metadata])
}

/// Get tokens for a password, or new ones for a refresh token.
///
/// The user name is the email address.
#[post("/token", public)]
async fn create_tokens(
    #[form] request: TokenRequest,
    #[depends(accounts)] accounts: &Accounts,
    #[depends(sessions)] sessions: &Sessions,
) -> Result<Tokens, OAuthError> {
    Ok(match request {
        TokenRequest::Password(form) => {
            let user = accounts.log_in(&form.username, &form.password).await?;
            let scope = scopes::granted(&form.scope, scopes::of_role(user.role));
            sessions
                .open(&user, scope.ok_or(LoginError::Scope)?)
                .await?
        }
        TokenRequest::RefreshToken(grant) => {
            sessions.renew(&grant.refresh_token, &grant.scope).await?
        }
    })
}
