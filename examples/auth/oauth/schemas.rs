//! What clients of OAuth 2 send to the token endpoint.

use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordRequestForm;

/// The request for tokens (RFC 6749, 4.3.2 and 6).
#[model]
#[derive(Debug)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
pub enum TokenRequest {
    Password(OAuth2PasswordRequestForm),
    RefreshToken(RefreshGrant),
}

/// The request to renew tokens.
#[model]
#[derive(Debug)]
pub struct RefreshGrant {
    #[field(max_length = 128)]
    pub refresh_token: Secret<String>,
    /// Fewer scopes than the session has.
    #[field(default, max_length = 200)]
    pub scope: String,
}
