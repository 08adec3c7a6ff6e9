//! Requests that a page of another site makes a browser send with the user's cookies.

use http::{HeaderMap, HeaderValue, header::ORIGIN, request::Parts};

use crate::{error::HttpError, request::is_same_host};

/// Which pages may send state-changing requests to the routes that identify users by cookies: the argument of
/// [`App::csrf`](crate::App::csrf) and [`Router::csrf`](crate::Router::csrf).
///
/// Only the app's own pages may, unless this says otherwise. A route identifies users by cookies if it, one of its
/// dependencies or one of its guards reads a [`Session`](crate::security::Session) or an
/// [`ApiKeyCookie`](crate::security::ApiKeyCookie), even an optional one. No other route is checked.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{ApiKeyCookie, Csrf};
///
/// const KEY: ApiKeyCookie = ApiKeyCookie::new("key");
///
/// #[post("/orders")]
/// async fn order(#[security(KEY)] key: String) -> String {
///     key
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let app = App::new("Shop", "1.0.0")
///     .csrf(Csrf::new().trust("https://checkout.example"))
///     .routes(routes![order]);
/// let client = TestClient::start(app).await;
/// let order = async |site: &str, origin: &str| {
///     let order = client.post("/orders").header("cookie", "key=abc");
///     order.header("sec-fetch-site", site).header("origin", origin).send().await.status()
/// };
/// assert_eq!(order("same-origin", "https://shop.example").await, 200);
/// assert_eq!(order("cross-site", "https://checkout.example").await, 200);
/// assert_eq!(order("cross-site", "https://evil.example").await, 403);
/// # });
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Csrf {
    pub(crate) trusted: Vec<String>,
    pub(crate) is_off: bool,
}

impl Csrf {
    /// Allows only the app's own pages to send such requests.
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows any page to send such requests. Use it only where a cookie is not enough to change anything, for example
    /// because each form has a token that the app checks.
    pub fn off() -> Self {
        Self {
            is_off: true,
            ..Self::default()
        }
    }

    /// Also trusts the pages of another origin, such as `https://app.example`. An origin has no path and no default
    /// port; one that no browser sends is a startup error. Behind a proxy that changes the `Host` header, trust the
    /// public origin of the app.
    pub fn trust(mut self, origin: impl Into<String>) -> Self {
        self.trusted.push(origin.into());
        self
    }

    /// Returns whether requests with this method are checked.
    pub(crate) fn checks(&self, method: &str) -> bool {
        !self.is_off && !matches!(method, "GET" | "HEAD" | "OPTIONS")
    }

    /// Returns the error for a request that a page of another site sent: the checks of Go's `CrossOriginProtection`.
    ///
    /// The handshake of a WebSocket is a `GET`, but opens a connection that acts for the user.
    pub(crate) fn check(&self, request: &Parts, is_websocket: bool) -> Result<(), HttpError> {
        let is_checked = self.checks(request.method.as_str()) || (is_websocket && !self.is_off);
        if !is_checked {
            return Ok(());
        }
        let headers = &request.headers;
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
        let is_own = match (site, origin) {
            (Some(b"same-origin" | b"none"), _) => true,
            (Some(_), _) => false,
            (None, Some(origin)) => is_own_host(origin, request),
            // Every browser sends one of the two, so this is another client.
            (None, None) => true,
        };
        match is_own || self.trusts(headers) {
            true => Ok(()),
            false => Err(HttpError::new(403, "Cross-site request")),
        }
    }

    fn trusts(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
        let mut trusted = self.trusted.iter().map(String::as_bytes);
        trusted.any(|trusted| Some(trusted) == origin)
    }
}

fn is_own_host(origin: &[u8], request: &Parts) -> bool {
    let origin = str::from_utf8(origin).unwrap_or_default();
    is_same_host(origin, &request.headers, &request.uri)
}
