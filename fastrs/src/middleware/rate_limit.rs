//! How many requests a client may send.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use http::{HeaderName, Request, StatusCode, header::RETRY_AFTER};

use super::{
    built_in::{Around, Before, BuiltIn, Kept},
    rate_table::{Client, Quota, RateTable},
};
use crate::{
    body::{Body, Response},
    error::HttpError,
    extract::ClientAddr,
    openapi::{HeaderDoc, Operation, ResponseDoc},
};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The number of clients that are counted at a time.
const MAX_CLIENTS: usize = 100_000;

type KeyFn = dyn Fn(&Request<Body>) -> Option<String> + Send + Sync;

/// Limits how many requests each client may send. One more is a 429 with `Retry-After`, in seconds.
///
/// ```
/// use fastrs::middleware::RateLimit;
/// use fastrs::prelude::*;
///
/// #[get("/search")]
/// async fn search(q: &str) -> String {
///     q.into()
/// }
///
/// # fastrs::__private::block_on(async {
/// # use fastrs::testing::TestClient;
/// let limit = RateLimit::per_minute(2);
/// let app = App::new("Shop", "1.0.0").include(Router::new("").routes(routes![search]).layer(limit));
/// let client = TestClient::start(app).await;
/// let first = client.get("/search?q=a").await;
/// assert_eq!((first.status().as_u16(), first.header("ratelimit-remaining")), (200, Some("1")));
/// assert_eq!(client.get("/search?q=b").await.status(), 200);
/// let third = client.get("/search?q=c").await;
/// assert_eq!((third.status().as_u16(), third.header("retry-after")), (429, Some("30")));
/// # });
/// ```
///
/// A client is the address of the connection ([`ClientAddr`]), and an IPv6 address counts with all addresses of its
/// `/64` network. Behind a proxy, that is the proxy's address, unless trusted headers of the proxy replace it.
/// [`key`](Self::key) counts by something else, such as a user.
///
/// A client may use its whole limit at once, and then earns requests evenly: with `per_minute(60)`, one per second.
/// Every response has the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`; the last is the number
/// of seconds until the whole limit is available again.
///
/// The counts are in the memory of this process: two processes allow twice as much. At most 100,000 clients are counted
/// at a time. Beyond that, those that have sent the least are forgotten.
#[derive(Clone)]
#[must_use]
pub struct RateLimit {
    limit: u32,
    period: Duration,
    key: Option<Arc<KeyFn>>,
    table: Arc<RateTable>,
}

impl RateLimit {
    /// Allows so many requests in each period.
    pub fn new(limit: u32, period: Duration) -> Self {
        Self {
            limit,
            period,
            key: None,
            table: Arc::new(RateTable::new(limit, period, MAX_CLIENTS)),
        }
    }

    /// Allows so many requests per second.
    pub fn per_second(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(1))
    }

    /// Allows so many requests per minute.
    pub fn per_minute(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(60))
    }

    /// Allows so many requests per hour.
    pub fn per_hour(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(3600))
    }

    /// Sets whose requests are counted together: those with the same key. Requests without a key are not limited.
    ///
    /// Middleware runs before authentication, so a key that a client can choose freely limits nobody.
    ///
    /// ```
    /// use fastrs::middleware::RateLimit;
    ///
    /// let limit = RateLimit::per_hour(1000).key(|request| {
    ///     let key = request.headers().get("x-api-key")?;
    ///     Some(key.to_str().ok()?.to_owned())
    /// });
    /// # drop(limit);
    /// ```
    pub fn key(
        mut self,
        key: impl Fn(&http::Request<Body>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.key = Some(Arc::new(key));
        self
    }

    /// Returns whose request this is.
    fn client(&self, request: &mut Request<Body>, client: Option<SocketAddr>) -> Option<Client> {
        match &self.key {
            Some(key) => {
                // As for any middleware.
                if let Some(client) = client {
                    request.extensions_mut().insert(ClientAddr(client));
                }
                key(request).map(Client::Named)
            }
            None => Some(client.map_or(Client::Unknown, |address| address.ip().into())),
        }
    }
}

impl BuiltIn for RateLimit {
    fn before(&self, request: &mut Request<Body>, around: &Around<'_>) -> Before {
        let Some(client) = self.client(request, around.client) else {
            return Ok(Kept::Nothing);
        };
        match self.table.count(client) {
            Ok(quota) => Ok(Kept::Quota(quota)),
            Err((wait, quota)) => {
                let mut error = HttpError::from_status(StatusCode::TOO_MANY_REQUESTS)
                    .header(RETRY_AFTER.as_str(), &seconds(wait).max(1).to_string());
                for (name, value) in headers(quota) {
                    error = error.header(name.as_str(), &value.to_string());
                }
                Err(error.into())
            }
        }
    }

    fn after(&self, kept: &mut Kept, response: &mut Response) {
        if let Kept::Quota(quota) = kept {
            for (name, value) in headers(*quota) {
                response.headers_mut().insert(name, value.into());
            }
        }
    }

    fn describe(&self, op: &mut Operation<'_>) {
        let mut retry_after = HeaderDoc::new("Retry-After");
        retry_after.description = Some("Seconds to wait".to_owned());
        op.response(429, ResponseDoc::error().header(retry_after));
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit")
            .field("limit", &self.limit)
            .field("period", &self.period)
            .field("key", &self.key.is_some())
            .finish()
    }
}

fn headers(quota: Quota) -> [(HeaderName, u64); 3] {
    [
        (LIMIT, quota.limit.into()),
        (REMAINING, quota.remaining.into()),
        (RESET, seconds(quota.reset)),
    ]
}

/// Returns whole seconds, rounded up.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
