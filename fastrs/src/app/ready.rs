//! A started app: from a request to its endpoint.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use http::{
    Extensions, HeaderValue, Method, StatusCode, header::ACCESS_CONTROL_REQUEST_METHOD,
    request::Parts,
};
use http_body::Body as _;
use tower_service::Service;

use super::{
    automatic::{self, Automatic},
    build::LazyAsset,
    document::serve_asset,
    slash,
};
use crate::{
    body::{Body, Response},
    depends::Closers,
    error::HttpError,
    request::{
        AppState, BoxFuture, CanonicalPath, PathValues, Request, RequestFuture, error_response,
    },
    routing::{BoundRoute, EndpointFuture, Erased, Found, RoutedRequest, Table, Target},
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
    pub(super) mounts: Vec<Mount>,
    pub(super) assets: Vec<LazyAsset>,
    pub(super) redirect_slashes: bool,
    /// Whether a route is given up when its client has left.
    pub(super) has_cancelling: bool,
}

/// A route ready to be called.
pub(super) struct Endpoint {
    pub(super) call: fn(RoutedRequest) -> EndpointFuture,
    /// Whether it is given up when its client has left.
    pub(super) cancels: bool,
    pub(super) bound: Arc<BoundRoute>,
    pub(super) layered: Option<Erased>,
}

/// What routing has found, for an endpoint behind layers.
#[derive(Clone)]
pub(super) struct Matched {
    values: PathValues,
    client: Option<SocketAddr>,
}

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
            Found::Target(Target::Route(number)) => match self.endpoints.get(number) {
                Some(endpoint) => {
                    let matched = Matched { values, client };
                    endpoint.call(parts, body, path, matched)
                }
                None => self.not_found(parts, client),
            },
            Found::Target(Target::Asset(number)) => match self.assets.get(number) {
                Some(asset) => ready(serve_asset(asset, &parts.headers)),
                None => self.not_found(parts, client),
            },
            Found::Target(Target::Mount(number)) => self.mounted(number, parts, body, client),
            Found::OtherMethods(target) => self.other_method(target, parts, body, client),
            Found::Nothing => match self.with_other_slash(&parts, path.as_str(&parts.uri)) {
                Some((target, redirect)) => self.answer(target, redirect, parts, body, client),
                None => self.not_found(parts, client),
            },
        }
    }

    /// A request for a mounted service.
    fn mounted(
        &self,
        number: usize,
        parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> Dispatched {
        let Some(mount) = self.mounts.get(number) else {
            return self.not_found(parts, client);
        };
        // Relative links would lead beside the mount if its own path had no slash.
        let path = CanonicalPath::of(&parts.uri);
        let is_bare = path.as_str(&parts.uri) == mount.path;
        if is_bare
            && self.redirect_slashes
            && let Some(redirect) = slash_redirect(&parts)
        {
            return self.answer(Target::Mount(number), redirect, parts, body, client);
        }
        through(&mount.layered, parts, body, client)
    }

    /// A request whose path is known for other methods. A preflight belongs where the request that it asks about would go.
    #[cold]
    fn other_method(
        &self,
        target: Target,
        parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> Dispatched {
        let path = CanonicalPath::of(&parts.uri);
        let path = path.as_str(&parts.uri);
        let allow = self.table.allow(path);
        if parts.method != Method::OPTIONS {
            let answer = Automatic::MethodNotAllowed(allow);
            return self.answer(target, answer, parts, body, client);
        }
        match self.requested(&parts, path) {
            Some(Target::Mount(number)) => self.mounted(number, parts, body, client),
            requested => {
                let target = requested.unwrap_or(target);
                self.answer(target, Automatic::Options(allow), parts, body, client)
            }
        }
    }

    #[cold]
    fn not_found(&self, parts: Parts, client: Option<SocketAddr>) -> Dispatched {
        let error = automatic::error(&self.state, parts, client, StatusCode::NOT_FOUND);
        ready(error)
    }

    /// Answers inside the layers of a target.
    #[cold]
    fn answer(
        &self,
        target: Target,
        answer: Automatic,
        mut parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> Dispatched {
        let layered = match target {
            Target::Route(number) => self
                .endpoints
                .get(number)
                .and_then(|it| it.layered.as_ref()),
            Target::Mount(number) => self.mounts.get(number).map(|mount| &mount.layered),
            Target::Asset(_) => None,
        };
        match layered {
            Some(service) => {
                parts.extensions.insert(answer);
                through(service, parts, body, client)
            }
            None => ready(answer.respond(&self.state, parts, client)),
        }
    }

    /// What would answer the request that a preflight asks about.
    fn requested(&self, parts: &Parts, path: &str) -> Option<Target> {
        let method = parts.headers.get(ACCESS_CONTROL_REQUEST_METHOD)?;
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        match self.table.find(&method, path, &mut PathValues::default()) {
            Found::Target(target) => Some(target),
            _ => None,
        }
    }

    /// Whether a request that goes through the app's layers is given up when its client has left. Routing says so once it is
    /// through them, which is too late; of an app without such a route nothing has to be asked.
    fn cancels(&self, parts: &Parts) -> bool {
        if !self.has_cancelling {
            return false;
        }
        let path = CanonicalPath::of(&parts.uri);
        let mut values = PathValues::default();
        let path = path.as_str(&parts.uri);
        let found = self.table.find(&parts.method, path, &mut values);
        let Found::Target(Target::Route(number)) = found else {
            return false;
        };
        let endpoint = self.endpoints.get(number);
        endpoint.is_some_and(|endpoint| endpoint.cancels)
    }

    /// What is known at the path with or without its last slash, and the redirect there.
    fn with_other_slash(&self, parts: &Parts, path: &str) -> Option<(Target, Automatic)> {
        if !self.redirect_slashes {
            return None;
        }
        let other = match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        let mut values = PathValues::default();
        let target = match self.table.find(&parts.method, &other, &mut values) {
            Found::Target(target) | Found::OtherMethods(target) => target,
            Found::Nothing => return None,
        };
        Some((target, slash_redirect(parts)?))
    }
}

fn slash_redirect(parts: &Parts) -> Option<Automatic> {
    let location = slash::reference(parts.uri.path(), parts.uri.query())?;
    Some(Automatic::Redirect(HeaderValue::try_from(location).ok()?))
}

/// A mounted service ready to be called.
pub(super) struct Mount {
    pub(super) path: String,
    pub(super) layered: Erased,
}

/// Through layers, which are told the peer.
fn through(
    service: &Erased,
    mut parts: Parts,
    body: Body,
    client: Option<SocketAddr>,
) -> Dispatched {
    parts.extensions.insert(Peer(client));
    Dispatched {
        future: RequestFuture::without_exits(service.call(http::Request::from_parts(parts, body))),
        on_disconnect: OnDisconnect::Drop,
    }
}

impl Endpoint {
    fn call(
        &self,
        mut parts: Parts,
        body: Body,
        path: CanonicalPath,
        matched: Matched,
    ) -> Dispatched {
        let on_disconnect = OnDisconnect::of(self.cancels);
        // A body that says itself that it is over the limit is refused before any of it is read (RFC 9110, 10.1.1).
        if body.size_hint().lower() > self.bound.info.body_limit as u64 {
            let answer = Automatic::TooLarge;
            return match &self.layered {
                Some(service) => {
                    parts.extensions.insert(answer);
                    through(service, parts, body, matched.client)
                }
                None => ready(answer.respond(&self.bound.state, parts, matched.client)),
            };
        }
        if let Some(service) = &self.layered {
            parts.extensions.insert(matched);
            return Dispatched {
                future: RequestFuture::without_exits(
                    service.call(http::Request::from_parts(parts, body)),
                ),
                on_disconnect,
            };
        }
        let routed = RoutedRequest {
            route: self.bound.clone(),
            request: Request::new(parts, path, matched.values, matched.client),
            body,
        };
        Dispatched {
            future: RequestFuture::new((self.call)(routed)),
            on_disconnect,
        }
    }
}

/// An endpoint inside its layers.
#[derive(Clone)]
pub(super) struct EndpointService {
    pub(super) bound: Arc<BoundRoute>,
    pub(super) call: fn(RoutedRequest) -> EndpointFuture,
}

impl Service<http::Request<Body>> for EndpointService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let extensions = request.extensions_mut();
        if let Some(answer) = extensions.remove::<Automatic>() {
            let client = Peer::take(extensions);
            let response = answer.respond(&self.bound.state, request.into_parts().0, client);
            return Box::pin(std::future::ready(Ok(response)));
        }
        let Some(Matched { values, client }) = extensions.remove() else {
            // Whether this is the endpoint's own request at all, only they would tell.
            tracing::error!("a layer has dropped the extensions of a request");
            let response = error_response(&HttpError::from_status(500));
            return Box::pin(std::future::ready(Ok(response)));
        };
        let path = CanonicalPath::of(request.uri());
        let (parts, body) = request.into_parts();
        let routed = RoutedRequest {
            route: self.bound.clone(),
            request: Request::new(parts, path, values, client),
            body,
        };
        let future = RequestFuture::new((self.call)(routed));
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
        let client = Peer::take(request.extensions_mut());
        let (parts, body) = request.into_parts();
        let dispatched = self.0.dispatch(parts, body, client);
        Box::pin(async { Ok(dispatched.future.await) })
    }
}

/// The peer, on its way through layers and into mounted apps.
#[derive(Clone, Copy)]
pub(super) struct Peer(Option<SocketAddr>);

impl Peer {
    pub(super) fn take(extensions: &mut Extensions) -> Option<SocketAddr> {
        extensions.remove::<Self>()?.0
    }
}

impl AppService {
    fn dispatch(&self, mut parts: Parts, body: Body, client: Option<SocketAddr>) -> Dispatched {
        match &self.outer {
            None => self.core.dispatch(parts, body, client),
            Some(outer) => {
                let on_disconnect = OnDisconnect::of(self.core.cancels(&parts));
                parts.extensions.insert(Peer(client));
                Dispatched {
                    future: RequestFuture::without_exits(
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

    fn shut_down(self: &Arc<Self>) {
        self.core.state.shutdown.send_replace(true);
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
        let (mut parts, body) = request.into_parts();
        let client = Peer::take(&mut parts.extensions);
        let dispatched = AppService::dispatch(self, parts, Body::new(body), client);
        Box::pin(async { Ok(dispatched.future.await) })
    }
}

fn ready(response: Response) -> Dispatched {
    Dispatched {
        future: RequestFuture::without_exits(Box::pin(std::future::ready(response))),
        on_disconnect: OnDisconnect::Drop,
    }
}
