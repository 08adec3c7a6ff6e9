//! Requests for other hosts are rejected.

use http::{
    HeaderValue, Request, StatusCode,
    header::{HOST, LOCATION},
};

use super::built_in::{Around, Before, BuiltIn, Kept, plain_text};
use crate::{
    body::{Body, Response},
    openapi::{Operation, ResponseDoc},
    request::RootPath,
};

/// Rejects requests whose `Host` is not one of the app's with a 400: FastAPI's `TrustedHostMiddleware`.
///
/// A `Host` is chosen by the client. Links that are built from it, such as those in mails for resetting a password,
/// would otherwise lead to a host that an attacker chose.
///
/// ```
/// use fastrs::middleware::TrustedHost;
/// use fastrs::prelude::*;
///
/// let app = App::new("Shop", "1.0.0").layer(TrustedHost::new(["shop.example", "*.shop.example"]));
/// # drop(app);
/// ```
///
/// The port is ignored, and so is the case of letters. `*.shop.example` matches all subdomains, but not `shop.example`
/// itself. If only `www.shop.example` is allowed, a request for `shop.example` is redirected to it with a 307.
#[derive(Clone, Debug)]
#[must_use]
pub struct TrustedHost {
    hosts: Vec<String>,
    www_redirect: bool,
}

impl TrustedHost {
    /// Sets the app's hosts.
    pub fn new<T: Into<String>>(hosts: impl IntoIterator<Item = T>) -> Self {
        let lower = |host: T| host.into().to_ascii_lowercase();
        Self {
            hosts: hosts.into_iter().map(lower).collect(),
            www_redirect: true,
        }
    }

    /// Sets whether a request is redirected to the host that has a `www.` in addition. By default, it is.
    pub fn www_redirect(mut self, yes: bool) -> Self {
        self.www_redirect = yes;
        self
    }

    fn allows(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|allowed| match allowed.strip_prefix('*') {
                Some(domain) => domain.is_empty() || host.ends_with(domain) && host != domain,
                None => allowed == host,
            })
    }

    /// Returns the redirect to the host with a `www.`.
    fn redirect(&self, host: &str, authority: &str, request: &Request<Body>) -> Option<Response> {
        let www = format!("www.{host}");
        if !self.www_redirect || !self.hosts.contains(&www) {
            return None;
        }
        redirect(
            request.uri().scheme_str().unwrap_or("http"),
            &format!("www.{authority}"),
            request,
        )
    }
}

impl BuiltIn for TrustedHost {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        let authority = authority_of(request);
        let host = authority
            .and_then(host_of)
            .map(|host| host.to_ascii_lowercase());
        if let (Some(authority), Some(host)) = (authority, host) {
            if self.allows(&host) {
                return Ok(Kept::Nothing);
            }
            if let Some(redirect) = self.redirect(&host, authority, request) {
                return Err(redirect.into());
            }
        }
        Err(invalid_host().into())
    }

    fn describe(&self, op: &mut Operation<'_>) {
        op.response(400, ResponseDoc::error().description("Invalid host header"));
    }

    fn mistakes(&self) -> Vec<String> {
        let is_wrong = |host: &&String| {
            let name = host.strip_prefix("*.").unwrap_or(host);
            *host != "*" && host_of(name) != Some(name)
        };
        let wrong = self.hosts.iter().filter(is_wrong);
        let mistake = |host| {
            format!(
                "`TrustedHost` allows {host:?}, which is neither a host without a port nor `*.` and a domain"
            )
        };
        wrong.map(mistake).collect()
    }
}

pub(super) fn invalid_host() -> Response {
    plain_text(StatusCode::BAD_REQUEST, "Invalid host header")
}

/// Returns the host and port that a request is for.
pub(super) fn authority_of(request: &Request<Body>) -> Option<&str> {
    match request.headers().get(HOST) {
        Some(host) => host.to_str().ok(),
        None => request
            .uri()
            .authority()
            .map(|authority| authority.as_str()),
    }
}

/// Returns the host of a valid `Host` header, without the port (RFC 9110, 7.2).
pub(super) fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rfind([':', ']']) {
        Some(at) if authority[at..].starts_with(':') => (&authority[..at], &authority[at + 1..]),
        _ => (authority, ""),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_valid = match host.strip_prefix('[') {
        Some(address) => {
            let address = address.strip_suffix(']')?;
            address.parse::<std::net::Ipv6Addr>().is_ok()
        }
        None => !host.is_empty() && host.bytes().all(is_name),
    };
    (is_valid && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(host)
}

/// Returns a 307 to the same target on another origin.
pub(super) fn redirect(scheme: &str, authority: &str, request: &Request<Body>) -> Option<Response> {
    let root_path = request.extensions().get().map(RootPath::encoded);
    let root_path = root_path.unwrap_or_default();
    let target = request.uri().path_and_query();
    let target = target.map_or("/", |target| target.as_str());
    let location = format!("{scheme}://{authority}{root_path}{target}");
    let location = HeaderValue::try_from(location).ok()?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    response.headers_mut().insert(LOCATION, location);
    Some(response)
}
