//! What clients send and receive to log in.

use fastrs::prelude::*;

use crate::users::schemas::NewPassword;

/// The request for an account.
#[model]
#[derive(Debug)]
pub struct Registration {
    pub email: EmailStr,
    #[field(min_length = 1, max_length = 80)]
    pub name: String,
    pub password: NewPassword,
}

/// An address and a password.
#[model]
#[derive(Debug)]
pub struct Credentials {
    pub email: EmailStr,
    #[field(max_length = 128)]
    pub password: Secret<String>,
    /// The scopes to ask for, separated by spaces. Without any, the token gets all that the user has.
    #[field(default, max_length = 200)]
    pub scope: String,
}

/// Tokens (RFC 6749, 5.1). It has no `Debug`, since it contains secrets.
#[model]
pub struct Tokens {
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// The seconds until the access token expires.
    pub expires_in: u64,
    pub refresh_token: String,
    pub scope: String,
}

/// A refresh token.
#[model]
#[derive(Debug)]
pub struct RefreshRequest {
    #[field(max_length = 128)]
    pub refresh_token: Secret<String>,
}

/// An address.
#[model]
#[derive(Debug)]
pub struct EmailRequest {
    pub email: EmailStr,
}

/// A token from a mail.
#[model]
#[derive(Debug)]
pub struct MailToken {
    #[field(max_length = 128)]
    pub token: Secret<String>,
}

/// A token from a mail, and the password of the registration.
#[model]
#[derive(Debug)]
pub struct Verification {
    #[field(max_length = 128)]
    pub token: Secret<String>,
    #[field(max_length = 128)]
    pub password: Secret<String>,
}

/// A token from a mail, and the new password.
#[model]
#[derive(Debug)]
pub struct NewPasswordRequest {
    #[field(max_length = 128)]
    pub token: Secret<String>,
    pub new_password: NewPassword,
}

/// What happens next.
#[model]
#[derive(Debug)]
pub struct Notice {
    pub message: String,
}

impl Notice {
    pub fn new(message: &str) -> Self {
        Self {
            message: message.to_owned(),
        }
    }
}
