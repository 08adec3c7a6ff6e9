//! The errors of the token endpoint, in the format of OAuth 2 (RFC 6749, 5.2) beside that of all others.

use fastrs::http::{HeaderValue, header::CONTENT_TYPE};
use fastrs::{ErrorDetail, ResponseError, ValidationError, Value, prelude::*};

use crate::auth::errors::{LoginError, RefreshError};
use crate::core::limiter::TooMany;

/// Why the token endpoint refuses a request.
#[derive(Debug, HttpError)]
pub enum OAuthError {
    /// The address, the password or the token is wrong.
    #[error("{0}")]
    #[status(400)]
    InvalidGrant(String),
    /// The client can't have these scopes.
    #[error("{0}")]
    #[status(400)]
    InvalidScope(String),
    /// There were too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// The response to an error: `detail` for people and clients of FastAPI, `error` and `error_description` for OAuth 2.
pub fn refused(error: &OAuthError, _: &Request) -> Response {
    let code = match error {
        OAuthError::InvalidGrant(_) => "invalid_grant",
        OAuthError::InvalidScope(_) => "invalid_scope",
        OAuthError::TooMany(_) => "temporarily_unavailable",
        OAuthError::Database(_) | OAuthError::Other(_) => "server_error",
    };
    let sent = error.to_http_error();
    let description = sent.detail().as_str().unwrap_or("Try again later");
    respond(&sent, code, description)
}

/// The response to an invalid form at the token endpoint: a 400, which OAuth 2 requires. Elsewhere, it is the usual 422.
pub fn invalid(error: &ValidationError, request: &Request) -> Response {
    let sent = error.to_http_error();
    if request.path() != "/token" {
        return json_response(sent.status(), &json!({"detail": sent.detail()}));
    }
    let is_grant_type = |error: &ErrorDetail| error.kind.starts_with("union_tag");
    let (code, description) = match error.errors().iter().any(is_grant_type) {
        true => (
            "unsupported_grant_type",
            "The grant type is missing or not supported",
        ),
        false => ("invalid_request", "A parameter is missing or invalid"),
    };
    respond(
        &HttpError::new(400, sent.detail().clone()),
        code,
        description,
    )
}

fn respond(error: &HttpError, code: &str, description: &str) -> Response {
    let body = json!({"detail": error.detail(), "error": code, "error_description": description});
    let mut response = json_response(error.status(), &body);
    response.headers_mut().extend(error.headers().clone());
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

impl From<LoginError> for OAuthError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Incorrect | LoginError::Disabled => Self::InvalidGrant(error.to_string()),
            LoginError::Scope => Self::InvalidScope(error.to_string()),
            LoginError::TooMany(error) => Self::TooMany(error),
            error => Self::Other(error.into()),
        }
    }
}

impl From<RefreshError> for OAuthError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Invalid => Self::InvalidGrant(error.to_string()),
            RefreshError::Scope => Self::InvalidScope(error.to_string()),
            error => Self::Other(error.into()),
        }
    }
}
