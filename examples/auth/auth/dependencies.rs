//! Who sends a request.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;
use fastrs::security::{ApiKeyHeader, Jwt, OAuth2PasswordBearer, SecurityScheme, SecurityScopes};

use super::errors::AuthError;
use super::scopes::{self, SCOPES};
use super::sessions::{Claims, jwt, user_of_session};
use crate::api_keys;
use crate::core::db::{Pool, pool};
use crate::core::time::now;
use crate::users::models::User;

/// Access tokens, which people get for their password. The Authorize button of the docs page asks for one.
pub const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token")
    .refresh_url("token")
    .scopes(SCOPES);

/// API keys, which people create for their programs.
pub const API_KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");

/// A user who is logged in.
#[derive(Debug, Clone)]
pub struct CurrentUser {
    pub user: User,
    /// The id of their session.
    pub session: String,
    /// What the token may do, as long as the user may.
    pub scopes: Vec<String>,
}

/// The user whose access token the request has.
#[dependency]
pub async fn current_user(
    #[security(OAUTH2)] token: &str,
    required: SecurityScopes,
    #[depends(jwt)] jwt: &Jwt,
    #[depends(pool)] pool: &Pool,
) -> Result<CurrentUser, AuthError> {
    let current = user_of_token(token, jwt, pool).await?;
    required.require(&current.scopes)?;
    Ok(current)
}

/// A user who has logged in here. The apps that they have let in can't use what requires this, whatever their scopes.
#[dependency]
pub async fn first_party(
    #[depends(current_user)] current: CurrentUser,
    #[depends(pool)] pool: &Pool,
) -> Result<CurrentUser, AuthError> {
    let client: Option<String> = sqlx::query_scalar("SELECT client_id FROM sessions WHERE id = ?")
        .bind(&current.session)
        .fetch_one(pool)
        .await?;
    match client {
        None => Ok(current),
        Some(_) => Err(AuthError::OtherApp),
    }
}

/// A client that sends an access token or an API key.
#[derive(Debug, Clone)]
pub struct Client {
    pub user: User,
}

/// The client that sends the request: a user, or a program of theirs.
#[dependency]
pub async fn client(
    #[security(OAUTH2)] token: Option<&str>,
    #[security(API_KEY)] key: Option<Secret<String>>,
    required: SecurityScopes,
    #[depends(jwt)] jwt: &Jwt,
    #[depends(pool)] pool: &Pool,
    #[depends(now)] now: DateTime<Utc>,
) -> Result<Client, AuthError> {
    let (user, scopes) = match (token, key) {
        (Some(token), _) => {
            let current = user_of_token(token, jwt, pool).await?;
            (current.user, current.scopes)
        }
        (None, Some(key)) => api_keys::service::user_of(pool, &key, now)
            .await?
            .ok_or(AuthError::Ended)?,
        (None, None) => return Err(OAUTH2.not_authenticated().into()),
    };
    required.require(&scopes)?;
    Ok(Client { user })
}

/// Checks an access token, and that its session has not ended.
async fn user_of_token(token: &str, jwt: &Jwt, pool: &Pool) -> Result<CurrentUser, AuthError> {
    let claims: Claims = jwt.decode(token)?;
    let user = user_of_session(pool, &claims.sid).await?;
    let user = user.filter(|user| user.id.to_string() == claims.sub);
    let user = user.ok_or(AuthError::Ended)?;
    let scope = scopes::intersection(&claims.scope, scopes::of_role(user.role));
    Ok(CurrentUser {
        session: claims.sid,
        scopes: scope.split_whitespace().map(str::to_owned).collect(),
        user,
    })
}
