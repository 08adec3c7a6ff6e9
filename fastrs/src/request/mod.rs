//! One request: what the client sent ([`Request`]) and its state while it is handled ([`Context`]).

mod catch;
#[cfg(feature = "tls")]
mod client_certificate;
#[cfg(all(feature = "http2", feature = "websocket"))]
mod connect;
mod context;
mod cookie;
mod exits;
mod failure;
mod form;
mod form_info;
mod host;
mod ids;
mod in_span;
mod interval;
mod lossy;
mod method;
mod origin;
mod path;
mod problems;
mod query;
mod remaining_work;
mod reply;
mod request_future;
mod request_id;
mod root_path;
mod run_until;
mod shutdown;
mod signal;
mod slash;
mod span;
mod spawn;
mod state;
mod target;
mod task_list;
mod token;
mod trace_context;
#[cfg(feature = "websocket")]
mod websocket_config;

#[cfg(feature = "tls")]
pub use client_certificate::ClientCertificate;
pub use context::Context;
#[cfg(feature = "sessions")]
pub(crate) use cookie::visit_cookies;
pub use cookie::{Cookie, SameSite};
pub use failure::{Failure, Outcome};
pub use reply::Reply;
pub use shutdown::Shutdown;
pub use trace_context::TraceContext;
#[cfg(feature = "websocket")]
pub use websocket_config::WebSocketConfig;

pub(crate) use catch::{Catch, Graceful, catch, catch_or_abort, wind_down};
#[cfg(all(feature = "http2", feature = "websocket"))]
pub(crate) use connect::is_websocket_connect;
pub(crate) use exits::{Exit, Exits, TakeReplaced, Values, run_exits};
pub(crate) use failure::Panic;
pub(crate) use form::{FormBody, check_urlencoded};
#[cfg(feature = "multipart")]
pub(crate) use form::{read_multipart, too_large, wrong_type};
pub(crate) use form_info::FormInfo;
pub(crate) use ids::Ids;
pub(crate) use interval::limit_interval;
pub(crate) use lossy::decode_lossy;
pub(crate) use method::known_method;
pub(crate) use origin::{is_same_host, origin_mistake};
pub(crate) use path::{CanonicalPath, PathValues, encode, range_in};
pub(crate) use query::Query;
#[cfg(any(feature = "cache", feature = "websocket"))]
pub(crate) use remaining_work::RunningTask;
pub(crate) use remaining_work::{RemainingWork, TaskTracker};
#[cfg(any(feature = "cache", feature = "websocket"))]
pub(crate) use request_future::release_now;
pub(crate) use request_future::{RequestFuture, until_sent};
pub(crate) use root_path::{RootPath, end_of_prefix, first_byte, with_path};
pub(crate) use run_until::run_until;
pub(crate) use signal::{
    is_timing_out, set_handler_timeout, take_abort_signal, take_handler_timeout,
};
pub(crate) use slash::slash_reference;
pub(crate) use span::{RequestSpan, SpanHook};
pub(crate) use spawn::spawn_or_drop;
pub(crate) use state::{
    AppState, RouteInfo, error_response, log_late_failure, log_timeout, with_json,
};
pub(crate) use task_list::TaskList;
pub(crate) use token::is_token;
#[cfg(feature = "websocket")]
pub(crate) use websocket_config::WebSocketRoute;

use std::{borrow::Cow, fmt, future::Future, net::SocketAddr, pin::Pin, sync::OnceLock};

use http::{Extensions, HeaderMap, Method, Uri, Version, request::Parts};

/// A boxed future: the one allocation of a small request.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The client's request without its body, as an argument `req: &Request` receives it.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/agent")]
/// async fn agent(req: &Request) -> String {
///     let agent = req.headers().get("user-agent");
///     agent.and_then(|value| value.to_str().ok()).unwrap_or("unknown").to_owned()
/// }
/// ```
pub struct Request {
    parts: Parts,
    path: CanonicalPath,
    values: PathValues,
    /// Set up front for a route that reads the query; otherwise parsed on first use.
    query: Option<Query>,
    late_query: OnceLock<Box<Query>>,
    client: Option<SocketAddr>,
}

impl Request {
    #[inline]
    pub(crate) fn new(
        parts: Parts,
        path: CanonicalPath,
        values: PathValues,
        client: Option<SocketAddr>,
    ) -> Self {
        Self {
            parts,
            path,
            values,
            query: None,
            late_query: OnceLock::new(),
            client,
        }
    }

    /// Creates a request outside any connection whose body is JSON. Messages are read like such a body.
    #[cfg(feature = "websocket")]
    pub(crate) fn of_json() -> Self {
        let mut request = Self::outside();
        let json = http::HeaderValue::from_static("application/json");
        request
            .parts
            .headers
            .insert(http::header::CONTENT_TYPE, json);
        request
    }

    /// Creates a request outside any connection: jobs and app-scoped dependencies run on one.
    pub(crate) fn outside() -> Self {
        let (parts, ()) = http::Request::new(()).into_parts();
        let path = CanonicalPath::of(&parts.uri);
        Self::new(parts, path, PathValues::default(), None)
    }

    /// Returns the method: `GET`, `POST`, ..
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// Returns the request target as it was sent. Over TLS, and behind a trusted proxy that says so, it has the scheme
    /// `https` and the host.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// Returns the percent-decoded path that routing used.
    pub fn path(&self) -> &str {
        self.path.as_str(&self.parts.uri)
    }

    /// Returns the HTTP version.
    pub fn version(&self) -> Version {
        self.parts.version
    }

    /// Returns all headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Returns the extensions that tower layers set for the handler.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Returns the client's address, as [`ClientAddr`](crate::ClientAddr) does; `None` over a Unix socket.
    pub fn client(&self) -> Option<SocketAddr> {
        self.client
    }

    /// Returns the decoded pairs of the query string, in order.
    pub fn query_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query().pairs(self.raw_query())
    }

    pub(crate) fn raw_query(&self) -> &str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// Parses the query now, which is cheaper than parsing it when an argument reads it.
    pub(crate) fn parse_query(&mut self) {
        let raw = self.parts.uri.query().unwrap_or_default();
        self.query.insert(Query::default()).fill(raw);
    }

    pub(crate) fn query(&self) -> &Query {
        match &self.query {
            Some(query) => query,
            None => self
                .late_query
                .get_or_init(|| Box::new(Query::parse(self.raw_query()))),
        }
    }

    /// Returns the text of the placeholder at `index` in the route's path.
    pub(crate) fn path_value(&self, index: usize) -> Option<&str> {
        self.path().get(self.values.range(index)?)
    }

    /// Returns whether the path contained bytes that are not UTF-8.
    pub(crate) fn path_was_lossy(&self) -> bool {
        self.path.is_lossy()
    }

    /// Calls `visit` with the name and the value of each cookie, in order.
    pub(crate) fn visit_cookies<'a>(&'a self, visit: &mut dyn FnMut(Cow<'a, str>, Cow<'a, str>)) {
        cookie::visit_cookies(self.headers(), visit);
    }
}

/// Shows the names of the headers, but no values, and no query: they may be credentials.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers().keys().collect();
        f.debug_struct("Request")
            .field("method", self.method())
            .field("path", &self.path())
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}
pub(crate) use request_id::RequestIdValue;
pub(crate) use target::{Escaped, LoggedTarget, is_plain, version_of};
