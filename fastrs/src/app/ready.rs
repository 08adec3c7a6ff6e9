//! A started app: from a request to its endpoint.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use http::{
    HeaderValue, Method, StatusCode,
    header::{ALLOW, LOCATION},
    request::Parts,
};
use http_body::Body as _;
use tower_service::Service;

use super::{build::LazyAsset, document::serve_asset};
use crate::{
    body::{Body, Response},
    depends::Closers,
    error::HttpError,
    request::{AppState, BoxFuture, CanonicalPath, Failure, Graceful, PathValues, Request, encode},
    routing::{Erased, Found, Route, RoutedRequest, RouterDependency, Table, Target},
    serve::{Dispatch, Dispatched, OnDisconnect},
};

/// An app that has started: a tower `Service`, cheap to clone.
///
/// ```
/// use fastrs::prelude::*;
/// use tower_service::Service;
///
/// #[get("/")]
/// async fn home() -> String {
///     "hi".into()
/// }
///
/// # fastrs::__private::block_on(async {
/// let mut service = App::new("Home", "1.0.0").routes(routes![home]).into_service().await.unwrap();
/// let request = http::Request::get("/").body(fastrs::Body::empty()).unwrap();
/// assert_eq!(service.call(request).await.unwrap().status(), 200);
/// # });
/// ```
#[derive(Clone)]
pub struct AppService {
    core: Arc<Dispatcher>,
    outer: Option<Erased>,
    /// Held for its `Drop` alone: the last one ends what app-scoped dependencies have lent.
    _closers: Option<Arc<Closers>>,
}

/// What stands behind the app's own layers.
pub(super) struct Dispatcher {
    pub(super) state: Arc<AppState>,
    pub(super) table: Table,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) mounts: Vec<Erased>,
    pub(super) assets: Vec<LazyAsset>,
    pub(super) redirect_slashes: bool,
}

/// A route ready to be called.
pub(super) struct Endpoint {
    pub(super) route: Route,
    pub(super) before: Option<Arc<[RouterDependency]>>,
    pub(super) layered: Option<Erased>,
    pub(super) body_limit: usize,
}

/// What routing has found, for an endpoint behind layers.
#[derive(Clone)]
pub(super) struct Matched {
    values: PathValues,
    client: Option<SocketAddr>,
}

/// What mounts have taken off the path, which a redirect has to say again.
#[derive(Clone)]
struct Mounted(String);

impl AppService {
    pub(super) fn new(core: Arc<Dispatcher>, outer: Option<Erased>) -> Self {
        Self {
            core,
            outer,
            _closers: None,
        }
    }

    pub(super) fn holding(self, closers: Closers) -> Self {
        Self {
            _closers: Some(Arc::new(closers)),
            ..self
        }
    }
}

impl fmt::Debug for AppService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppService")
            .field("endpoints", &self.core.endpoints.len())
            .finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// Finds the endpoint and calls it.
    pub(super) fn dispatch(
        &self,
        parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> Dispatched {
        let path = CanonicalPath::of(&parts.uri);
        let mut values = PathValues::default();
        match self
            .table
            .find(&parts.method, path.as_str(&parts.uri), &mut values)
        {
            Found::Route(Target::Route(number)) => match self.endpoints.get(number) {
                Some(endpoint) => {
                    let matched = Matched { values, client };
                    endpoint.call(&self.state, number, parts, body, path, matched)
                }
                None => self.refuse(parts, path, client, StatusCode::NOT_FOUND),
            },
            Found::Route(Target::Asset(number)) => match self.assets.get(number) {
                Some(asset) => ready(serve_asset(asset, &parts.headers)),
                None => self.refuse(parts, path, client, StatusCode::NOT_FOUND),
            },
            Found::Mount(number, prefix) => match self.mounts.get(number) {
                Some(service) => {
                    let request = http::Request::from_parts(parts, body);
                    Dispatched {
                        future: Graceful::without_exits(
                            service.call(strip(request, &path, prefix)),
                        ),
                        on_disconnect: OnDisconnect::Drop,
                    }
                }
                None => self.refuse(parts, path, client, StatusCode::NOT_FOUND),
            },
            Found::OtherMethods if parts.method == Method::OPTIONS => {
                let allow = self.table.allow(path.as_str(&parts.uri));
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response.headers_mut().insert(ALLOW, allow);
                ready(response)
            }
            Found::OtherMethods => {
                let allow = self.table.allow(path.as_str(&parts.uri));
                let mut answer = self.error(parts, path, client, StatusCode::METHOD_NOT_ALLOWED);
                answer.headers_mut().insert(ALLOW, allow);
                ready(answer)
            }
            Found::Nothing => match self.slash_redirect(&parts, &path) {
                Some(response) => ready(response),
                None => self.refuse(parts, path, client, StatusCode::NOT_FOUND),
            },
        }
    }

    fn refuse(
        &self,
        parts: Parts,
        path: CanonicalPath,
        client: Option<SocketAddr>,
        status: StatusCode,
    ) -> Dispatched {
        ready(self.error(parts, path, client, status))
    }

    /// The app's own errors go through the exception handlers as well.
    fn error(
        &self,
        parts: Parts,
        path: CanonicalPath,
        client: Option<SocketAddr>,
        status: StatusCode,
    ) -> Response {
        let request = Request::new(parts, path, PathValues::default(), client, usize::MAX);
        let failure = Failure::of(HttpError::from_status(status));
        self.state.answer(&failure, &request)
    }

    /// Whether a handler is to be dropped when its client has gone.
    fn cancels(&self, parts: &Parts) -> bool {
        let path = CanonicalPath::of(&parts.uri);
        let mut values = PathValues::default();
        let path = path.as_str(&parts.uri);
        let found = self.table.find(&parts.method, path, &mut values);
        let Found::Route(Target::Route(number)) = found else {
            return false;
        };
        let endpoint = self.endpoints.get(number);
        endpoint.is_some_and(|endpoint| endpoint.route.meta.cancel_on_disconnect)
    }

    /// 307 to the path with or without its last slash, if that is known. Never to another host: a path that
    /// begins with two slashes would name one.
    fn slash_redirect(&self, parts: &Parts, path: &CanonicalPath) -> Option<Response> {
        let path = path.as_str(&parts.uri);
        if !self.redirect_slashes || path.starts_with("//") || path == "/" {
            return None;
        }
        let other = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        let mut values = PathValues::default();
        if let Found::Nothing = self.table.find(&parts.method, &other, &mut values) {
            return None;
        }
        let mounted = parts.extensions.get::<Mounted>();
        let mut location = mounted.map_or_else(String::new, |mounted| mounted.0.clone());
        location.push_str(&encode(&other));
        if let Some(query) = parts.uri.query() {
            location.push('?');
            location.push_str(query);
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        response
            .headers_mut()
            .insert(LOCATION, HeaderValue::try_from(location).ok()?);
        Some(response)
    }
}

impl Endpoint {
    fn call(
        &self,
        state: &Arc<AppState>,
        number: usize,
        mut parts: Parts,
        body: Body,
        path: CanonicalPath,
        matched: Matched,
    ) -> Dispatched {
        let on_disconnect = OnDisconnect::of(self.route.meta.cancel_on_disconnect);
        // A body that says itself that it is over the limit is refused before any of it is read (RFC 9110, 10.1.1).
        if body.size_hint().lower() > self.body_limit as u64 {
            let Matched { values, client } = matched;
            let request = Request::new(parts, path, values, client, number);
            let error = HttpError::from_status(StatusCode::PAYLOAD_TOO_LARGE);
            return ready(state.answer(&Failure::of(error), &request));
        }
        if let Some(service) = &self.layered {
            parts.extensions.insert(matched);
            return Dispatched {
                future: Graceful::without_exits(
                    service.call(http::Request::from_parts(parts, body)),
                ),
                on_disconnect,
            };
        }
        let incoming = RoutedRequest {
            state: state.clone(),
            request: Request::new(parts, path, matched.values, matched.client, number),
            body,
            before: self.before.clone(),
        };
        Dispatched {
            future: Graceful::new((self.route.call)(incoming)),
            on_disconnect,
        }
    }
}

/// An endpoint inside its layers.
#[derive(Clone)]
pub(super) struct EndpointService {
    pub(super) state: Arc<AppState>,
    pub(super) route: Route,
    pub(super) before: Option<Arc<[RouterDependency]>>,
    pub(super) number: usize,
}

impl Service<http::Request<Body>> for EndpointService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let matched = request.extensions_mut().remove::<Matched>();
        let Matched { values, client } = matched.unwrap_or(Matched {
            values: PathValues::default(),
            client: None,
        });
        let path = CanonicalPath::of(request.uri());
        let (parts, body) = request.into_parts();
        let request = Request::new(parts, path, values, client, self.number);
        let incoming = RoutedRequest {
            state: self.state.clone(),
            request,
            body,
            before: self.before.clone(),
        };
        let future = Graceful::new((self.route.call)(incoming));
        Box::pin(async { Ok(future.await) })
    }
}

/// The whole app inside its layers.
#[derive(Clone)]
pub(super) struct DispatcherService(pub(super) Arc<Dispatcher>);

impl Service<http::Request<Body>> for DispatcherService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let client = request
            .extensions_mut()
            .remove::<Peer>()
            .and_then(|peer| peer.0);
        let (parts, body) = request.into_parts();
        let dispatched = self.0.dispatch(parts, body, client);
        Box::pin(async { Ok(dispatched.future.await) })
    }
}

/// The peer, on its way through the app's layers.
#[derive(Clone, Copy)]
struct Peer(Option<SocketAddr>);

impl AppService {
    fn dispatch(&self, mut parts: Parts, body: Body, client: Option<SocketAddr>) -> Dispatched {
        match &self.outer {
            None => self.core.dispatch(parts, body, client),
            Some(outer) => {
                let on_disconnect = OnDisconnect::of(self.core.cancels(&parts));
                parts.extensions.insert(Peer(client));
                Dispatched {
                    future: Graceful::without_exits(
                        outer.call(http::Request::from_parts(parts, body)),
                    ),
                    on_disconnect,
                }
            }
        }
    }
}

impl Dispatch for AppService {
    fn dispatch(
        self: &Arc<Self>,
        parts: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> Dispatched {
        AppService::dispatch(self, parts, body, peer)
    }

    fn drain(self: &Arc<Self>) -> BoxFuture<'static, ()> {
        let state = self.core.state.clone();
        Box::pin(async move { state.tasks.idle().await })
    }
}

impl<B> Service<http::Request<B>> for AppService
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<crate::error::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let dispatched = AppService::dispatch(self, parts, Body::new(body), None);
        Box::pin(async { Ok(dispatched.future.await) })
    }
}

fn ready(response: Response) -> Dispatched {
    Dispatched {
        future: Graceful::without_exits(Box::pin(std::future::ready(response))),
        on_disconnect: OnDisconnect::Drop,
    }
}

/// Takes the mount's prefix off the path: `/static/a.css` below `/static` is `/a.css`.
fn strip(
    mut request: http::Request<Body>,
    path: &CanonicalPath,
    prefix: usize,
) -> http::Request<Body> {
    let canonical = path.as_str(request.uri());
    let rest = canonical
        .get(prefix..)
        .unwrap_or_default()
        .trim_start_matches('/');
    let mut target = format!("/{}", encode(rest));
    let taken = canonical.get(..prefix).unwrap_or_default();
    let taken = encode(taken.trim_end_matches('/')).into_owned();
    if let Some(query) = request.uri().query() {
        target.push('?');
        target.push_str(query);
    }
    if let Ok(uri) = target.parse() {
        *request.uri_mut() = uri;
    }
    let outer = request.extensions().get::<Mounted>();
    let mounted = outer.map_or(taken.clone(), |outer| format!("{}{taken}", outer.0));
    request.extensions_mut().insert(Mounted(mounted));
    request
}
