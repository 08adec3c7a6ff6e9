//! The headers, cookies and status that a handler or a dependency sets on the response.

use std::{borrow::Cow, time::Duration};

use http::{HeaderMap, StatusCode, header::SET_COOKIE};

use super::Cookie;
use crate::error::{HttpError, ToStatus, header};

/// The response under construction: an argument `reply: &mut Reply` of a handler or a dependency sets its status,
/// headers and cookies. It corresponds to FastAPI's `response: Response` parameter.
///
/// A value that HTTP does not allow turns the response into a 500, and the log says which value it was.
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
    /// The first value that HTTP does not allow.
    invalid: Option<String>,
}

impl Reply {
    /// Sets the status of the response, overriding the route's. A [`Response`](crate::Response) that the handler
    /// returns keeps its own.
    pub fn status(&mut self, status: impl ToStatus) -> &mut Self {
        match status.to_status() {
            Some(status) => self.status = Some(status),
            None => {
                self.set_invalid("the status of a response is not a valid HTTP status".to_owned())
            }
        }
        self
    }

    /// Sets a header.
    pub fn header(&mut self, name: &str, value: &str) -> &mut Self {
        match header(name, value) {
            Ok((name, value)) => drop(self.headers.insert(name, value)),
            Err(message) => self.set_invalid(message),
        }
        self
    }

    /// Returns the headers to set, for anything that [`header`](Self::header) does not cover.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Sets a cookie.
    pub fn cookie(&mut self, cookie: Cookie) -> &mut Self {
        match cookie.to_header() {
            Ok(value) => drop(self.headers.append(SET_COOKIE, value)),
            Err(message) => self.set_invalid(message),
        }
        self
    }

    /// Makes the client delete a cookie that was set for the path `/`.
    pub fn delete_cookie(&mut self, name: impl Into<Cow<'static, str>>) -> &mut Self {
        self.cookie(Cookie::new(name, "").max_age(Duration::ZERO))
    }

    /// Returns whether it sets the status.
    #[cfg(feature = "cache")]
    pub(crate) fn sets_status(&self) -> bool {
        self.status.is_some()
    }

    /// Adds the headers that a response does not have yet, and all cookies.
    #[cfg(feature = "cache")]
    pub(crate) fn apply_below(mut self, response: &mut crate::body::Response) {
        let own = response.headers();
        let mut known = Vec::new();
        for name in self.headers.keys() {
            if name != SET_COOKIE && own.contains_key(name) {
                known.push(name.clone());
            }
        }
        for name in known {
            self.headers.remove(name);
        }
        self.apply(response, true);
    }

    fn set_invalid(&mut self, what: String) {
        self.invalid.get_or_insert(what);
    }

    /// Returns the error to respond with if a value is not allowed by HTTP.
    pub(crate) fn take_invalid(&mut self) -> Option<HttpError> {
        let what = self.invalid.take()?;
        Some(HttpError::from_status(StatusCode::INTERNAL_SERVER_ERROR).cause(what))
    }

    /// Applies the settings to a response. The status is applied only if the response does not have its own.
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
