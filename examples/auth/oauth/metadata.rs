//! Where clients of OAuth 2 find what they need (RFC 8414).

use fastrs::prelude::*;

use crate::auth::scopes::SCOPES;
use crate::core::settings::Settings;

/// The metadata of this authorization server (RFC 8414, 2).
#[model]
#[derive(Debug)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    grant_types_supported: Vec<String>,
    response_types_supported: Vec<String>,
    scopes_supported: Vec<String>,
    /// Clients have no secrets.
    token_endpoint_auth_methods_supported: Vec<String>,
    code_challenge_methods_supported: Vec<String>,
    /// Answers name the issuer (RFC 9207).
    authorization_response_iss_parameter_supported: bool,
}

/// Read the metadata of this authorization server.
#[get("/.well-known/oauth-authorization-server", public)]
pub async fn read_metadata(#[depends(Settings)] settings: &Settings) -> Metadata {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let issuer = settings.public_url.clone();
    Metadata {
        authorization_endpoint: format!("{issuer}/authorize"),
        token_endpoint: format!("{issuer}/token"),
        issuer,
        grant_types_supported: texts(&["authorization_code", "password", "refresh_token"]),
        response_types_supported: texts(&["code"]),
        scopes_supported: SCOPES
            .iter()
            .map(|(scope, _)| (*scope).to_owned())
            .collect(),
        token_endpoint_auth_methods_supported: texts(&["none"]),
        code_challenge_methods_supported: texts(&["S256"]),
        authorization_response_iss_parameter_supported: true,
    }
}
