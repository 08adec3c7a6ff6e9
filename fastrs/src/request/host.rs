//! The host that the client named.

use http::header::HOST;

use super::Request;

impl Request {
    /// Returns the scheme and the host of the request's URL: `https` and `shop.example:8443`. The host is empty if the
    /// client did not name one.
    pub(crate) fn scheme_and_host(&self) -> (&'static str, &str) {
        let scheme = match self.uri().scheme_str() {
            Some("https") => "https",
            _ => "http",
        };
        let named = self.headers().get(HOST).and_then(|host| host.to_str().ok());
        let authority = self.uri().authority().map(|authority| authority.as_str());
        let host = named.or(authority).filter(|host| is_host(host));
        (scheme, host.unwrap_or_default())
    }
}

/// Returns whether a `Host` header is a host and a port, and nothing else (RFC 9110, 7.2).
fn is_host(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:[]%".contains(&byte);
    host.bytes().all(allowed)
}
