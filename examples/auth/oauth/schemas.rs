//! What clients of OAuth 2 send to the token endpoint.

use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordRequestForm;

/// The request for tokens (RFC 6749, 4.1.3, 4.3.2 and 6).
#[model]
#[derive(Debug)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
pub enum TokenRequest {
    Password(OAuth2PasswordRequestForm),
    RefreshToken(RefreshGrant),
    AuthorizationCode(CodeGrant),
}

/// The request to exchange a code (RFC 6749, 4.1.3, and RFC 7636, 4.5).
#[model]
#[derive(Debug)]
pub struct CodeGrant {
    #[field(max_length = 128)]
    pub code: Secret<String>,
    #[field(max_length = 2000)]
    pub redirect_uri: String,
    #[field(max_length = 80)]
    pub client_id: String,
    #[field(min_length = 43, max_length = 128)]
    pub code_verifier: Secret<String>,
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
    /// The client, if the session was opened by one that is registered.
    #[field(max_length = 80)]
    pub client_id: Option<String>,
}
