//! Why a request about accounts is refused. The texts are the same whether or not an account exists.

use fastrs::prelude::*;
use fastrs::security::{JwtError, MissingScope, PasswordError};

use crate::core::limiter::TooMany;

/// Why someone can't log in.
#[derive(Debug, HttpError)]
pub enum LoginError {
    /// The address or the password is wrong.
    #[error("Incorrect email or password")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer")]
    Incorrect,
    /// The password is right, but an admin has disabled the account.
    #[error("The account is disabled")]
    #[status(403)]
    Disabled,
    /// There were too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// A scope that the user does not have, or that does not exist.
    #[error("The user can't be granted these scopes")]
    #[status(403)]
    Scope,
    /// Too many passwords are being checked at once.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Why nobody is registered, or no mail is sent.
#[derive(Debug, HttpError)]
pub enum MailError {
    /// There were too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Too many passwords are being hashed at once.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Why a token is not renewed.
#[derive(Debug, HttpError)]
pub enum RefreshError {
    /// The token is unknown, used, expired, or its session has ended.
    #[error("The refresh token is invalid")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer")]
    Invalid,
    /// The session does not have these scopes.
    #[error("The session does not have these scopes")]
    #[status(403)]
    Scope,
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Why a token from a mail is refused.
#[derive(Debug, HttpError)]
pub enum MailTokenError {
    /// The token is unknown, used or expired.
    #[error("The token is invalid or has expired")]
    #[status(403)]
    Invalid,
    /// The token is valid, but the registration has another password.
    #[error("This is not the password of the registration")]
    #[status(403)]
    WrongPassword,
    /// There were too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Too many passwords are being checked at once.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}

/// Why a credential is refused.
#[derive(Debug, HttpError)]
pub enum AuthError {
    /// The token is not one of this service, or has expired.
    #[error(transparent)]
    Jwt(#[from] JwtError),
    /// The session has ended, or the key was revoked.
    #[error("Could not validate credentials")]
    #[status(401)]
    #[header("WWW-Authenticate", "Bearer error=\"invalid_token\"")]
    Ended,
    /// The token is one of another app.
    #[error("Other apps can't do this")]
    #[status(403)]
    OtherApp,
    #[error(transparent)]
    MissingScope(#[from] MissingScope),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Other(#[from] HttpError),
}
