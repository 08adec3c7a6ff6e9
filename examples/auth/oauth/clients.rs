//! The clients that may send users here to log in.

use crate::core::settings::Settings;

/// Returns whether the client is registered with this address, character by character (RFC 9700, 2.1): whoever could choose
/// the address would get the codes.
pub fn is_registered(settings: &Settings, client_id: &str, redirect_uri: &str) -> bool {
    let registered = settings.oauth_clients.get(client_id);
    registered.is_some_and(|uris| uris.iter().any(|uri| uri == redirect_uri))
}
