//! Requests over plain HTTP are redirected.

use http::{Request, header::SEC_WEBSOCKET_KEY, uri::Scheme};

use super::{
    built_in::{Around, Before, BuiltIn, Kept},
    trusted_host::{authority_of, host_of, invalid_host, redirect},
};
use crate::body::Body;

/// Redirects requests over plain HTTP to HTTPS with a 307: FastAPI's `HTTPSRedirectMiddleware`.
///
/// ```
/// use fastrs::middleware::HttpsRedirect;
/// use fastrs::prelude::*;
///
/// let app = App::new("Shop", "1.0.0").layer(HttpsRedirect::new());
/// # drop(app);
/// ```
///
/// The port of the request is kept, unless it is 80. A WebSocket is redirected to `wss`. Put
/// [`TrustedHost`](super::TrustedHost) around it, so that it does not redirect to a host that the client chose.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct HttpsRedirect;

impl HttpsRedirect {
    /// Creates the middleware, which has no options.
    pub fn new() -> Self {
        Self
    }
}

impl BuiltIn for HttpsRedirect {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        if request.uri().scheme() == Some(&Scheme::HTTPS) {
            return Ok(Kept::Nothing);
        }
        let scheme = match request.headers().contains_key(SEC_WEBSOCKET_KEY) {
            true => "wss",
            false => "https",
        };
        let redirect = authority_of(request).and_then(|authority| {
            let host = host_of(authority)?;
            let authority = match authority.strip_prefix(host) {
                Some(":80" | ":443") => host,
                _ => authority,
            };
            redirect(scheme, authority, request)
        });
        Err(redirect.unwrap_or_else(invalid_host).into())
    }
}
