//! Headers that tell browsers how to protect users.

use std::{mem, time::Duration};

use http::{
    HeaderName, HeaderValue, Request,
    header::{
        CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
    uri::Scheme,
};

use super::built_in::{Around, Before, BuiltIn, Kept};
use crate::body::{Body, Response};

/// Adds headers to every response that tell browsers how to protect users, as OWASP recommends for APIs.
///
/// | header | default |
/// |---|---|
/// | `X-Content-Type-Options` | `nosniff` |
/// | `X-Frame-Options` | `DENY` |
/// | `Content-Security-Policy` | `frame-ancestors 'none'` |
/// | `Strict-Transport-Security` | none: see [`hsts`](Self::hsts) |
///
/// A response that has one of these headers keeps its own.
///
/// ```
/// use fastrs::http::header::X_FRAME_OPTIONS;
/// use fastrs::middleware::SecurityHeaders;
/// use fastrs::prelude::*;
/// use std::time::Duration;
///
/// let headers = SecurityHeaders::new()
///     .set(X_FRAME_OPTIONS, "SAMEORIGIN")
///     .hsts(Duration::from_secs(365 * 24 * 60 * 60));
/// let app = App::new("Shop", "1.0.0").layer(headers);
/// # drop(app);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SecurityHeaders {
    headers: Vec<(HeaderName, HeaderValue)>,
    hsts: Option<HeaderValue>,
    mistakes: Vec<String>,
}

impl SecurityHeaders {
    /// Adds the headers in the table.
    pub fn new() -> Self {
        let pairs = [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        ];
        let value = |(name, value)| (name, HeaderValue::from_static(value));
        Self {
            headers: pairs.map(value).to_vec(),
            hsts: None,
            mistakes: Vec::new(),
        }
    }

    /// Sets a header.
    pub fn set(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self = self.without(name.clone());
                self.headers.push((name, value));
            }
            Err(_) => self.mistakes.push(format!(
                "`SecurityHeaders`: {value:?} cannot be the value of the header `{name}`"
            )),
        }
        self
    }

    /// Removes a header.
    pub fn without(mut self, name: HeaderName) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// Adds `Strict-Transport-Security` to responses over HTTPS: browsers then use nothing but HTTPS for this host, and
    /// cannot be told otherwise for this time (RFC 6797).
    pub fn hsts(mut self, max_age: Duration) -> Self {
        let value = format!("max-age={}", max_age.as_secs());
        self.hsts = HeaderValue::try_from(value).ok();
        self
    }
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self::new()
    }
}

impl BuiltIn for SecurityHeaders {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        Ok(match &self.hsts {
            Some(hsts) if request.uri().scheme() == Some(&Scheme::HTTPS) => {
                Kept::Header(hsts.clone())
            }
            _ => Kept::Nothing,
        })
    }

    fn after(&self, kept: &mut Kept, response: &mut Response) {
        let headers = response.headers_mut();
        // A response has few headers, and rarely one of these, so one pass over them costs less than a lookup of each.
        let is_ours = |name: &HeaderName| self.headers.iter().any(|(ours, _)| ours == name);
        let has_any = headers.keys().any(is_ours);
        for (name, value) in &self.headers {
            if !has_any || !headers.contains_key(name) {
                headers.insert(name, value.clone());
            }
        }
        if let Kept::Header(hsts) = mem::replace(kept, Kept::Nothing) {
            headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(hsts);
        }
    }

    fn mistakes(&self) -> Vec<String> {
        self.mistakes.clone()
    }
}
