//! The answer to come: headers, cookies and the status that a handler or a dependency wants on it.

use std::{borrow::Cow, fmt::Write, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::SET_COOKIE};
use percent_encoding::percent_decode_str;

use crate::error::ToStatus;

/// The answer to come: an argument `reply: &mut Reply` of a handler or a dependency sets its status, headers and
/// cookies. FastAPI's `response: Response` parameter.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[post("/visits", status = 201)]
/// async fn visit(reply: &mut Reply) -> &'static str {
///     reply.header("x-visits", "1").cookie(Cookie::new("seen", "yes").http_only(true));
///     "welcome"
/// }
/// ```
#[derive(Debug, Default)]
pub struct Reply {
    status: Option<StatusCode>,
    headers: HeaderMap,
}

impl Reply {
    /// Sets the status of the answer, in place of the route's. A number that is no status is logged and ignored.
    pub fn status(&mut self, status: impl ToStatus) -> &mut Self {
        match status.to_status() {
            Some(status) => self.status = Some(status),
            None => tracing::error!("not an HTTP status: ignored"),
        }
        self
    }

    /// Sets a header. A name or value that HTTP does not allow is logged and left out.
    pub fn header(&mut self, name: &str, value: &str) -> &mut Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => tracing::error!(name, "not an HTTP header: left out of the answer"),
        }
        self
    }

    /// The headers to set, for anything that [`header`](Self::header) cannot say.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Sets a cookie.
    pub fn cookie(&mut self, cookie: Cookie) -> &mut Self {
        match HeaderValue::try_from(cookie.to_string()) {
            Ok(value) => {
                self.headers.append(SET_COOKIE, value);
            }
            Err(_) => {
                tracing::error!(name = %cookie.name, "not a cookie that HTTP allows: left out of the answer")
            }
        }
        self
    }

    /// Makes the client forget a cookie that was set for the path `/`.
    pub fn delete_cookie(&mut self, name: impl Into<Cow<'static, str>>) -> &mut Self {
        self.cookie(Cookie::new(name, "\"\"").max_age(Duration::ZERO))
    }

    /// Puts what was set onto an answer; the status only where the answer has not one of its own.
    pub(crate) fn apply(self, response: &mut crate::body::Response, keep_status: bool) {
        if let (Some(status), false) = (self.status, keep_status) {
            *response.status_mut() = status;
        }
        if self.headers.is_empty() {
            return;
        }
        let mut name = None;
        for (next, value) in self.headers {
            let first = next.is_some();
            name = next.or(name);
            match &name {
                Some(name) if first && name != SET_COOKIE => {
                    drop(response.headers_mut().insert(name, value))
                }
                Some(name) => drop(response.headers_mut().append(name, value)),
                None => {}
            }
        }
    }
}

/// Whether a browser sends a cookie along with requests from other sites (RFC 6265bis, 5.6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when the user follows a link.
    Lax,
    /// Always; the cookie must be `secure`.
    None,
}

/// A cookie to set (RFC 6265): `Path=/; SameSite=lax` unless told otherwise, as FastAPI's.
///
/// ```
/// use fastrs::Cookie;
/// use std::time::Duration;
///
/// let cookie = Cookie::new("session", "abc").http_only(true).secure(true).max_age(Duration::from_secs(3600));
/// assert_eq!(cookie.to_string(), "session=abc; HttpOnly; Max-Age=3600; Path=/; SameSite=lax; Secure");
/// ```
#[derive(Debug, Clone)]
pub struct Cookie {
    name: Cow<'static, str>,
    value: Cow<'static, str>,
    path: Cow<'static, str>,
    domain: Option<Cow<'static, str>>,
    max_age: Option<Duration>,
    same_site: SameSite,
    http_only: bool,
    secure: bool,
}

impl Cookie {
    /// A cookie for the path `/`, sent until the browser is closed.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            path: Cow::Borrowed("/"),
            domain: None,
            max_age: None,
            same_site: SameSite::Lax,
            http_only: false,
            secure: false,
        }
    }

    /// The path below which the browser sends it.
    #[must_use]
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = path.into();
        self
    }

    /// The domain, with its subdomains, to which the browser sends it.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<Cow<'static, str>>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// How long the browser keeps it, in whole seconds.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// When other sites' requests carry it.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Hides it from scripts.
    #[must_use]
    pub fn http_only(mut self, yes: bool) -> Self {
        self.http_only = yes;
        self
    }

    /// Sends it over TLS only.
    #[must_use]
    pub fn secure(mut self, yes: bool) -> Self {
        self.secure = yes;
        self
    }

    /// No part may end the cookie early: a `;` in a value would add an attribute.
    fn is_well_formed(&self) -> bool {
        let clean = |text: &str| {
            !text
                .bytes()
                .any(|byte| byte == b';' || byte.is_ascii_control())
        };
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !self.name.is_empty()
            && self.name.bytes().all(token)
            && clean(&self.value)
            && clean(&self.path)
            && self.domain.as_deref().is_none_or(clean)
    }
}

impl std::fmt::Display for Cookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.is_well_formed() {
            // A control character: no header value holds it, so the cookie is refused where it is set.
            return f.write_char('\u{0}');
        }
        write!(f, "{}={}", self.name, self.value)?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        if self.http_only {
            f.write_str("; HttpOnly")?;
        }
        if let Some(age) = self.max_age {
            write!(f, "; Max-Age={}", age.as_secs())?;
        }
        let same_site = match self.same_site {
            SameSite::Strict => "strict",
            SameSite::Lax => "lax",
            SameSite::None => "none",
        };
        write!(f, "; Path={}; SameSite={same_site}", self.path)?;
        if self.secure {
            f.write_str("; Secure")?;
        }
        Ok(())
    }
}

/// The pairs of a `Cookie` header, values unquoted and percent-decoded where that gives text.
pub(super) fn cookie_pairs(header: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    header.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let value = value
            .strip_prefix('"')
            .and_then(|v| v.strip_suffix('"'))
            .unwrap_or(value);
        Some((
            name.trim(),
            percent_decode_str(value)
                .decode_utf8()
                .unwrap_or(Cow::Borrowed(value)),
        ))
    })
}
