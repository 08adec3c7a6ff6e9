//! The span of a request, with the names of OpenTelemetry's conventions for HTTP.

use std::net::SocketAddr;

use http::{
    Extensions, HeaderMap, HeaderValue, StatusCode, Version,
    header::{HOST, USER_AGENT},
    request::Parts,
    uri::Authority,
};
use tracing::{
    Level, Span,
    field::Empty,
    level_filters::{LevelFilter, STATIC_MAX_LEVEL},
};

use super::{RootPath, TraceContext, decode_lossy, known_method, trace_context::TraceParent};

/// A function that receives the span of a request, before anything runs inside it, and the headers of the request.
pub(crate) type SpanHook = Box<dyn Fn(&Span, &HeaderMap) + Send + Sync>;

/// The most bytes of a path or of a header that a span records: a tracer keeps many spans in memory.
const LONGEST: usize = 1024;

/// The span of a request, which the request has in its extensions while a subscriber is interested.
#[derive(Clone)]
pub(crate) struct RequestSpan(Span);

impl RequestSpan {
    /// Returns whether a subscriber may be interested in the spans of requests. This is all that a request without one
    /// does.
    #[inline(always)]
    pub(crate) fn may_be_on() -> bool {
        Level::INFO <= STATIC_MAX_LEVEL && Level::INFO <= LevelFilter::current()
    }

    /// Begins the span of a request, for which `route` finds the path of the route. It is `None` if no subscriber is
    /// interested, or if the app is mounted in another one, whose span it then is.
    pub(crate) fn begin(
        parts: &mut Parts,
        client: Option<SocketAddr>,
        route: impl FnOnce(&Parts) -> Option<String>,
        hook: Option<&SpanHook>,
    ) -> Option<Self> {
        if parts.extensions.get::<Self>().is_some() {
            return None;
        }
        let method = known_method(&parts.method);
        let root = parts.extensions.get();
        let route =
            route(parts).map(|route| format!("{}{route}", root.map_or("", RootPath::as_str)));
        let path = root.map(RootPath::encoded).unwrap_or_default() + parts.uri.path();
        let server = authority(parts);
        let agent = parts.headers.get(USER_AGENT);
        let agent = agent.map(|agent| decode_lossy(agent.as_bytes()));
        let parent = TraceParent::of(&parts.headers);
        let trace_id = parent
            .as_ref()
            .map(|parent| format!("{:032x}", parent.trace_id));
        let parent_id = parent
            .as_ref()
            .map(|parent| format!("{:016x}", parent.span_id));
        // The name is that of the span from the beginning: some tracers cannot change it.
        let span = tracing::info_span!(
            target: "fastrs::request",
            "request",
            otel.name = name(method, route.as_deref()),
            otel.kind = "server",
            otel.status_code = Empty,
            http.request.method = method.unwrap_or("_OTHER"),
            http.request.method_original = method.is_none().then(|| bounded(parts.method.as_str())),
            http.route = route,
            http.response.status_code = Empty,
            "error.type" = Empty,
            url.scheme = parts.uri.scheme_str().unwrap_or("http"),
            url.path = bounded(&path),
            server.address = server.as_ref().map(Authority::host),
            server.port = server.as_ref().and_then(Authority::port_u16),
            client.address = client.map(|client| display(client.ip())),
            network.protocol.version = protocol_version(parts.version),
            user_agent.original = agent.as_deref().map(bounded),
            request_id = Empty,
            trace_id,
            parent_id,
            span_id = Empty,
        );
        if span.is_disabled() {
            return None;
        }
        if let Some(hook) = hook {
            hook(&span, &parts.headers);
        }
        let span = Self(span);
        parts.extensions.insert(span.clone());
        Some(span)
    }

    /// Runs a function inside the span.
    pub(crate) fn in_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        self.0.in_scope(run)
    }

    /// Records the id of a request.
    #[inline]
    pub(crate) fn record_id(extensions: &Extensions, id: &HeaderValue) {
        if Self::may_be_on()
            && let Some(Self(span)) = extensions.get()
        {
            span.record("request_id", id.to_str().ok().map(bounded));
        }
    }

    /// Records the ids of a trace that a handler passes on. The client's own are recorded from the beginning.
    pub(super) fn record_trace(extensions: &Extensions, trace: &TraceContext) {
        let Some(Self(span)) = extensions.get() else {
            return;
        };
        if trace.parent_id().is_none() {
            span.record("trace_id", trace.trace_id());
        }
        span.record("span_id", trace.span_id());
    }

    /// Records the status of the response. The mistake of a client is not an error of the server.
    pub(super) fn record_status(&self, status: StatusCode) {
        self.0.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            self.record_error(status.as_str());
        }
    }

    /// Records that the response failed after its status was sent.
    pub(super) fn record_failed_body(&self) {
        self.record_error("failed_body");
    }

    /// Records that the request was dropped before it had a response: its client has disconnected, or the server has
    /// given up on it.
    pub(super) fn record_abort(&self) {
        self.0.record("error.type", "aborted");
    }

    fn record_error(&self, kind: &str) {
        self.0.record("error.type", kind);
        self.0.record("otel.status_code", "ERROR");
    }
}

/// Returns the name of a span, which contains nothing that a client chooses.
fn name(method: Option<&str>, route: Option<&str>) -> String {
    let method = method.unwrap_or("HTTP");
    route.map_or(method.to_owned(), |route| format!("{method} {route}"))
}

/// Returns the host and the port that a request is for.
fn authority(parts: &Parts) -> Option<Authority> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => Authority::try_from(parts.headers.get(HOST)?.as_bytes()).ok(),
    }
}

fn protocol_version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    }
}

fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}
