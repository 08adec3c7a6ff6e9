//! State shared by all requests of an app.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    hash::{BuildHasherDefault, Hasher},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use tokio::sync::watch;

use super::{Failure, FormInfo, Panic, RemainingWork, Request, RequestIdValue, SpanHook};
use crate::{
    body::{Body, BodyKind, BodyLimit, FormLimits, Response, Sizes, may_have_body},
    error::{ErasedError, HttpError},
    model::{ErrorDetail, ValidationError},
};

pub(crate) type ByType<T> = HashMap<TypeId, T, BuildHasherDefault<TypeIdHasher>>;
type Erased = Arc<dyn Any + Send + Sync>;
type TypedHandler = Box<dyn Fn(&dyn Any, &Request) -> Option<Response> + Send + Sync>;
type StatusHandler = Box<dyn Fn(&HttpError, &Request) -> Response + Send + Sync>;

/// The state of one app, behind one `Arc`: app-scoped values, overrides, exception handlers, route metadata.
#[derive(Default)]
pub struct AppState {
    pub(crate) values: ByType<OnceLock<Erased>>,
    /// The order in which the values were created.
    pub(crate) order: Vec<TypeId>,
    pub(crate) overrides: ByType<Box<dyn Any + Send + Sync>>,
    pub(crate) error_handlers: ByType<TypedHandler>,
    pub(crate) status_handlers: Vec<(StatusCode, StatusHandler)>,
    pub(crate) span_hook: Option<SpanHook>,
    /// The title and the version of the app, which distinguish what it keeps in Redis.
    #[cfg(all(feature = "cache", feature = "redis"))]
    pub(crate) name: String,
    /// The names of the query parameters that are secret.
    pub(crate) secrets: Vec<String>,
    /// Whether a body without a content type is read as JSON.
    pub(crate) allows_untyped_json: bool,
    /// The work that its requests leave running, unless the app is mounted in another one.
    pub(crate) work: Arc<RemainingWork>,
    /// Set when the server begins to shut down.
    pub(crate) shutdown: watch::Sender<bool>,
}

/// Route metadata that a request needs.
#[derive(Debug)]
pub(crate) struct RouteInfo {
    /// The path, as the document has it: `/items/{id}`.
    pub(crate) template: String,
    /// The names of the placeholders, in the order of the path.
    pub(crate) names: Vec<String>,
    /// Whether several body arguments share one JSON object.
    pub(crate) embed: bool,
    /// How the arguments of the route and of its dependencies take the body.
    pub(crate) body: BodyKind,
    /// Whether any argument is read from the query.
    pub(crate) reads_query: bool,
    pub(crate) body_limit: BodyLimit,
    /// How long the handler may take, if the route has its own limit.
    pub(crate) timeout: Option<Duration>,
    pub(crate) form: FormInfo,
    /// The estimate of the next response's length.
    pub(crate) sizes: Sizes,
    /// The settings of a WebSocket route.
    #[cfg(feature = "websocket")]
    pub(crate) websocket: Option<Box<super::WebSocketRoute>>,
    /// The names of all parameters, by location, so that a closed model can tell its siblings' parameters from
    /// unknown ones.
    pub(crate) parameters: Vec<(&'static str, Vec<String>)>,
    /// The scopes that the operation requires.
    pub(crate) scopes: Vec<String>,
    /// The `StaticFiles` that the route sends.
    #[cfg_attr(not(feature = "files"), expect(dead_code))]
    pub(crate) files: Option<Arc<dyn Any + Send + Sync>>,
}

impl RouteInfo {
    /// Creates the metadata of a route whose arguments read nothing but its path, with these placeholders.
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self {
            template: String::new(),
            names,
            embed: false,
            body: BodyKind::None,
            reads_query: false,
            body_limit: BodyLimit::of(None),
            timeout: None,
            form: FormInfo::new(FormLimits::new()),
            sizes: Sizes::default(),
            #[cfg(feature = "websocket")]
            websocket: None,
            parameters: Vec::new(),
            scopes: Vec::new(),
            files: None,
        }
    }

    /// Returns the names of the parameters that the route reads from a location.
    pub(crate) fn names_in(&self, location: &str) -> &[String] {
        self.parameters
            .iter()
            .find(|(known, _)| *known == location)
            .map_or(&[], |(_, names)| names)
    }
}

impl AppState {
    /// Returns the value of an app-scoped dependency, which is created before the first request is accepted.
    pub(crate) fn value(&self, id: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        self.values.get(&id)?.get().map(|value| &**value)
    }

    /// Returns whether the query parameter with this name is secret.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.secrets.iter().any(|secret| secret == name)
    }

    /// Returns the response to an error: an exception handler's, or else `{"detail": ..}`. If an exception handler
    /// panics, the response is a 500.
    #[cold]
    pub(crate) fn failure_response(&self, failure: &Failure, request: &Request) -> Response {
        if failure.is_aborted() {
            log_timeout(failure, request);
            return Response::default();
        }
        if let Some(invalid) = self.unhandled(failure)
            && let Ok(json) = serde_json::to_vec(invalid)
        {
            log_invalid(invalid, request);
            return with_json(StatusCode::UNPROCESSABLE_ENTITY, HeaderMap::new(), json);
        }
        let error = failure.to_http_error();
        log_failure(failure, &error, request);
        let handled = catch_unwind(AssertUnwindSafe(|| {
            self.run_handlers(failure, &error, request)
        }));
        handled.unwrap_or_else(|payload| {
            let failure = Failure::erased(Panic::from_payload(payload));
            let error = failure.to_http_error();
            log_failure(&failure, &error, request);
            error_response(&error)
        })
    }

    /// Returns the validation error that no exception handler handles, which is then written as is.
    fn unhandled<'f>(&self, failure: &'f Failure) -> Option<&'f ValidationError> {
        let invalid = failure.as_any().downcast_ref()?;
        let is_handled = self
            .error_handlers
            .contains_key(&TypeId::of::<ValidationError>())
            || self
                .status_handler(StatusCode::UNPROCESSABLE_ENTITY)
                .is_some();
        (!is_handled).then_some(invalid)
    }

    fn run_handlers(&self, failure: &Failure, error: &HttpError, request: &Request) -> Response {
        let http_errors = TypeId::of::<HttpError>();
        let mut errors = failure.errors().map(ErasedError::as_any);
        let typed = errors.find_map(|error| {
            let id = Some(error.type_id()).filter(|id| *id != http_errors)?;
            self.error_handlers.get(&id)?(error, request)
        });
        if let Some(response) = typed {
            return response;
        }
        let converted = self
            .error_handlers
            .get(&http_errors)
            .filter(|_| !failure.is_panic() && !failure.is::<ValidationError>());
        if let Some(response) = converted.and_then(|handler| handler(error, request)) {
            return response;
        }
        match self.status_handler(error.status()) {
            Some(handler) => handler(error, request),
            None => error_response(error),
        }
    }

    /// Returns the handler that was added last for a status.
    fn status_handler(&self, status: StatusCode) -> Option<&StatusHandler> {
        let mut handlers = self.status_handlers.iter().rev();
        handlers.find_map(|(handled, handler)| (*handled == status).then_some(handler))
    }
}

/// Drops each value before the values that it was created from.
impl Drop for AppState {
    fn drop(&mut self) {
        for id in self.order.iter().rev() {
            self.values.remove(id);
        }
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState")
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}

/// Logs a failure after the response was sent. No exception handler runs, since there is nothing to respond to.
pub(crate) fn log_late_failure(failure: &Failure, request: &Request) {
    if !failure.is_aborted() {
        log_failure(failure, &failure.to_http_error(), request);
    }
}

/// Logs a request that was aborted, if it exceeded the timeout of its handler. Returns whether it did.
pub(crate) fn log_timeout(failure: &Failure, request: &Request) -> bool {
    let is_timeout = failure.is_timeout();
    if is_timeout {
        log_failure(failure, &failure.to_http_error(), request);
    }
    is_timeout
}

/// Logs a failure: for a 5xx, everything known; for invalid input, its location but never the input itself.
fn log_failure(failure: &Failure, error: &HttpError, request: &Request) {
    let (method, path) = (request.method(), &*request.full_path());
    let request_id = request_id(request);
    if error.is_logged() {
        tracing::debug!(%method, path, request_id, %error, "request failed");
    } else if error.status().is_server_error() {
        tracing::error!(%method, path, request_id, %error, "request failed");
        let id = request_id.map_or(String::new(), |id| format!(" [{id}]"));
        crate::log::to_stderr(format_args!("ERROR {method} {path:?}{id}: {error}"));
    } else if let Some(invalid) = failure.downcast_ref() {
        log_invalid(invalid, request);
    }
}

/// Logs where a request is invalid, and how. This is not printed to standard error: it is the mistake of a client.
fn log_invalid(invalid: &ValidationError, request: &Request) {
    /// The most errors that are listed.
    const MOST: usize = 10;
    if tracing::enabled!(tracing::Level::WARN) {
        let (method, path) = (request.method(), &*request.full_path());
        let (request_id, errors) = (request_id(request), invalid.errors());
        let (count, listed) = (errors.len(), errors.iter().take(MOST));
        let errors: Vec<_> = listed.map(ErrorDetail::place).collect();
        tracing::warn!(%method, path, request_id, count, ?errors, "request rejected");
    }
}

fn request_id(request: &Request) -> Option<&str> {
    let RequestIdValue(id) = request.extensions().get()?;
    id.to_str().ok()
}

/// Builds a `{"detail": ..}` response with the error's status and headers.
pub(crate) fn error_response(error: &HttpError) -> Response {
    let (status, headers) = (error.status(), error.headers().clone());
    if may_have_body(status) {
        return with_json(status, headers, error.body());
    }
    let mut response = Response::default();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Returns a response in JSON, unless the headers say otherwise.
pub(crate) fn with_json(
    status: StatusCode,
    mut headers: HeaderMap,
    json: impl Into<Body>,
) -> Response {
    headers
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("application/json"));
    let mut response = Response::new(json.into());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Passes a `TypeId` through unchanged, since it is already a hash.
#[derive(Debug, Default)]
pub(crate) struct TypeIdHasher(u64);

impl Hasher for TypeIdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 ^= word;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
