//! A request that has been routed to an endpoint, and its body.

use std::{fmt, pin::pin, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_ENCODING};
use http_body::Body as _;

#[cfg(feature = "cache")]
use super::cached_route::CachedRoute;
use super::router_dependency::{RouterDependencies, RouterDependency};
use crate::{
    body::{Body, BodyKind, Response},
    error::HttpError,
    request::{
        AppState, BoxFuture, Context, Failure, Request, RouteInfo, catch_or_abort,
        check_urlencoded, set_handler_timeout,
    },
};
#[cfg(feature = "multipart")]
use crate::{
    multipart::is_multipart,
    request::{FormBody, read_multipart},
};

/// The future of a request.
pub type EndpointFuture = BoxFuture<'static, Response>;

/// A route bound to its app: what its requests share.
pub(crate) struct BoundRoute {
    pub(crate) state: Arc<AppState>,
    pub(crate) info: RouteInfo,
    /// The dependencies of its routers: few routes have any.
    pub(crate) dependencies: Vec<RouterDependency>,
    /// How its responses are cached.
    #[cfg(feature = "cache")]
    pub(crate) cached: Option<Box<CachedRoute>>,
}

/// A request that has been routed to an endpoint.
pub struct RoutedRequest {
    pub(crate) route: Arc<BoundRoute>,
    pub(crate) request: Request,
    pub(crate) body: Body,
}

/// A request's body as it is before the arguments are read.
#[derive(Debug)]
pub struct ReadBody(ReadAs);

#[derive(Debug)]
enum ReadAs {
    /// The whole body, or no bytes if no argument reads it.
    Bytes(Bytes),
    Unread(Body),
    /// A multipart form, and its bytes if an argument takes them as well.
    #[cfg(feature = "multipart")]
    Form(Arc<FormBody>, Bytes),
}

impl RoutedRequest {
    /// Reads the body as the route's arguments need it, and parses the query if they use it.
    pub async fn read(&mut self) -> Result<ReadBody, Failure> {
        let info = &self.route.info;
        if let Some(timeout) = info.timeout {
            set_handler_timeout(timeout);
        }
        if info.reads_query {
            self.request.parse_query();
        }
        if matches!(info.body, BodyKind::Json | BodyKind::Form)
            && !self.body.is_end_stream()
            && is_encoded(self.request.headers())
        {
            return Err(encoded_body());
        }
        Ok(ReadBody(match info.body {
            BodyKind::None | BodyKind::Upgrade => ReadAs::Bytes(Bytes::new()),
            BodyKind::Stream => {
                let body = std::mem::take(&mut self.body);
                ReadAs::Unread(body.limited(info.body_limit.bytes))
            }
            #[cfg(feature = "multipart")]
            BodyKind::Form if is_multipart(self.request.headers()) => {
                let body = std::mem::take(&mut self.body).limited(info.body_limit.bytes);
                let (form, bytes) = read_form(self.request.headers(), body, info).await?;
                ReadAs::Form(form, bytes)
            }
            kind => {
                let body = std::mem::take(&mut self.body);
                let read = pin!(body.collect(info.body_limit.bytes));
                let read = catch_or_abort(read).await?;
                let read = read.map_err(|error| Failure::of(error.into_http_error()))?;
                if kind == BodyKind::Form {
                    check_urlencoded(&read, info)?;
                }
                ReadAs::Bytes(read)
            }
        }))
    }

    /// Returns the response to a request whose body could not be read.
    #[cold]
    pub fn failure_response(&self, failure: &Failure) -> Response {
        self.route.state.failure_response(failure, &self.request)
    }

    /// Returns the context that the arguments are read from.
    #[inline]
    pub fn context<'r>(&'r self, body: &'r mut ReadBody) -> Context<'r> {
        match &mut body.0 {
            ReadAs::Bytes(body) => self.context_with(body),
            other => self.context_without_bytes(other),
        }
    }

    #[inline]
    fn context_with<'r>(&'r self, body: &'r Bytes) -> Context<'r> {
        let BoundRoute { state, info, .. } = &*self.route;
        Context::new(&self.request, state, info, body)
    }

    /// Returns the context of a body that is a stream or a form: few routes have one.
    #[cold]
    fn context_without_bytes<'r>(&'r self, body: &'r mut ReadAs) -> Context<'r> {
        static NOTHING: Bytes = Bytes::new();
        match body {
            ReadAs::Bytes(body) => self.context_with(body),
            #[cfg(feature = "multipart")]
            ReadAs::Form(form, bytes) => {
                let mut cx = self.context_with(bytes);
                cx.set_form(form.clone());
                cx
            }
            ReadAs::Unread(body) => {
                let mut cx = self.context_with(&NOTHING);
                cx.set_unread(std::mem::take(body));
                cx
            }
        }
    }

    /// Returns how the route's responses are cached.
    #[cfg(feature = "cache")]
    pub fn cached(&self) -> Option<&CachedRoute> {
        self.route.cached.as_deref()
    }

    /// Returns the dependencies of the routers: few routes have any.
    pub fn router_dependencies(&self) -> Option<RouterDependencies<'_>> {
        let dependencies = &self.route.dependencies[..];
        (!dependencies.is_empty()).then_some(RouterDependencies(dependencies))
    }
}

/// Returns whether a body is compressed. A layer that decompresses it removes the header.
fn is_encoded(headers: &HeaderMap) -> bool {
    let encoding = headers.get(CONTENT_ENCODING);
    encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Returns the error for a body that is compressed (RFC 9110, 15.5.16).
#[cold]
fn encoded_body() -> Failure {
    let detail = "Unsupported Media Type: send the body without `Content-Encoding`";
    let error = HttpError::new(415, detail).header("accept-encoding", "identity");
    Failure::of(error)
}

/// Reads a multipart form, and its bytes if an argument takes them as well. Its future is boxed, so that the futures of
/// other requests do not grow, and created here, so that `read` remains small enough to be inlined into them.
#[cfg(feature = "multipart")]
#[inline(never)]
fn read_form<'x>(
    headers: &'x HeaderMap,
    body: Body,
    info: &'x RouteInfo,
) -> BoxFuture<'x, Result<(Arc<FormBody>, Bytes), Failure>> {
    Box::pin(async move {
        let read = pin!(async {
            let (body, bytes) = match info.form.keeps_bytes {
                true => {
                    let read = body.collect(info.body_limit.bytes).await;
                    let bytes = read.map_err(|error| Failure::of(error.into_http_error()))?;
                    (Body::from(bytes.clone()), bytes)
                }
                false => (body, Bytes::new()),
            };
            let form = read_multipart(headers, body, info).await;
            Ok((Arc::new(form.map_err(Failure::of)?), bytes))
        });
        catch_or_abort(read).await?
    })
}

impl fmt::Debug for RoutedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoutedRequest")
    }
}
