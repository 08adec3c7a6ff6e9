//! A started app as a tower `Service`.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderMap, Method, StatusCode, Uri, request::Parts};
use tower_service::Service;

use super::{
    dispatch::Dispatcher,
    entry::Entry,
    layered::{set_client, take_client},
    lifetime::Lifetime,
};
#[cfg(feature = "metrics")]
use crate::metrics::{Metrics, Timer};
use crate::{
    body::{Body, Response},
    depends::Teardowns,
    error::BoxError,
    middleware::{SharedService, Stack},
    request::{BoxFuture, RequestFuture, RequestSpan, RootPath},
    serve::{Dispatch, DispatchedRequest, OnDisconnect, ServeConfig},
};

/// A started app: a tower `Service` that is cheap to clone.
///
/// The program that serves it calls [`request_shutdown`](Self::request_shutdown) when it begins to stop, and
/// [`stop`](Self::stop) when it no longer calls the service.
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
    pub(super) dispatcher: Arc<Dispatcher>,
    /// What is before the dispatcher; `None` if nothing is.
    before: Option<Arc<Before>>,
    /// `None` if the caller closes the app-scoped values itself. Dropping the last clone closes them in the
    /// background.
    pub(super) lifetime: Option<Arc<Lifetime>>,
}

/// What a request goes through before the dispatcher.
#[derive(Clone, Default)]
pub(super) struct Before {
    pub(super) entry: Entry,
    pub(super) layers: Layers,
    /// The access log among the layers, for the requests that do not go through them.
    pub(super) log: Option<Stack>,
}

/// The app's layers.
#[derive(Clone, Default)]
pub(super) enum Layers {
    #[default]
    None,
    /// Only built-in middleware, which the dispatcher need not be a service for.
    BuiltIn(Stack),
    /// The dispatcher inside the layers.
    Any(SharedService),
}

impl AppService {
    pub(super) fn new(dispatcher: Arc<Dispatcher>, before: Before) -> Self {
        let is_empty = before.entry.is_empty() && matches!(before.layers, Layers::None);
        Self {
            dispatcher,
            before: (!is_empty).then(|| before.into()),
            lifetime: None,
        }
    }

    /// Takes what the app does not set from the environment.
    pub(super) fn with_environment(self, environment: Entry) -> Self {
        let before = self.before.as_deref().cloned().unwrap_or_default();
        let before = Before {
            entry: before.entry.or(environment),
            ..before
        };
        Self {
            lifetime: self.lifetime,
            ..Self::new(self.dispatcher, before)
        }
    }

    /// Returns the root path that the app sets.
    pub(super) fn root_path(&self) -> Option<&RootPath> {
        self.before.as_deref()?.entry.root_path.as_ref()
    }

    pub(super) fn with_lifetime(self, teardowns: Teardowns, config: ServeConfig) -> Self {
        Self {
            lifetime: Some(Arc::new(Lifetime::new(teardowns, config))),
            ..self
        }
    }
}

impl fmt::Debug for AppService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppService").finish_non_exhaustive()
    }
}

impl AppService {
    #[inline(always)]
    fn dispatch(&self, parts: Parts, body: Body, client: Option<SocketAddr>) -> DispatchedRequest {
        if RequestSpan::may_be_on() {
            return self.dispatch_in_span(parts, body, client);
        }
        match &self.before {
            None => self.dispatcher.dispatch(parts, body, client),
            Some(before) => self.dispatch_after(before, parts, body, client),
        }
    }

    #[cold]
    fn dispatch_in_span(
        &self,
        mut parts: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let client = match &self.before {
            None => peer,
            Some(before) => before.entry.apply(&mut parts, peer),
        };
        let route = |parts: &Parts| self.dispatcher.route_of(&parts.method, &parts.uri);
        let hook = self.dispatcher.state.span_hook.as_ref();
        let span = RequestSpan::begin(&mut parts, client, route, hook);
        let dispatch = || match &self.before {
            None => self.dispatcher.dispatch(parts, body, client),
            Some(before) => self.dispatch_in_layers(before, parts, body, client),
        };
        let Some(span) = span else {
            return dispatch();
        };
        let dispatched = span.in_scope(dispatch);
        DispatchedRequest {
            future: dispatched.future.in_span(span),
            ..dispatched
        }
    }

    #[inline(never)]
    fn dispatch_after(
        &self,
        before: &Before,
        mut parts: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let client = before.entry.apply(&mut parts, peer);
        self.dispatch_in_layers(before, parts, body, client)
    }

    #[inline(always)]
    fn dispatch_in_layers(
        &self,
        before: &Before,
        mut parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let on_disconnect = OnDisconnect::of(self.dispatcher.cancels(&parts));
        let monitor = self.dispatcher.monitor(&parts.method, &parts.uri);
        let stack = match (monitor, &before.layers) {
            // A layer could keep the response from a supervisor, which has no credential and uses any `Host`.
            (Some(monitor), _) => before.log.as_ref().filter(|_| monitor.is_logged),
            (None, Layers::None) => None,
            (None, Layers::BuiltIn(stack)) => Some(stack),
            (None, Layers::Any(layers)) => {
                set_client(&mut parts.extensions, client);
                let request = http::Request::from_parts(parts, body);
                return DispatchedRequest {
                    future: RequestFuture::without_exits(layers.call(request)),
                    on_disconnect,
                };
            }
        };
        let Some(stack) = stack else {
            return self.dispatcher.dispatch(parts, body, client);
        };
        let request = http::Request::from_parts(parts, body);
        let future = stack.call(request, client, |request| {
            let (parts, body) = request.into_parts();
            self.dispatcher.dispatch(parts, body, client).future
        });
        DispatchedRequest {
            future: RequestFuture::without_exits(future),
            on_disconnect,
        }
    }

    /// Returns a URI without the root path of the app, if it has that: a request before it is dispatched.
    pub(super) fn without_root_path(&self, uri: &Uri) -> Option<Uri> {
        self.root_path()?.strip(uri)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.dispatcher.state.shutdown.borrow()
    }

    /// Waits for the exits and the background tasks of requests, but not for open WebSockets.
    pub(crate) async fn idle(&self) {
        self.dispatcher.state.work.idle().await;
    }
}

impl Dispatch for AppService {
    fn dispatch(
        self: &Arc<Self>,
        parts: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> DispatchedRequest {
        AppService::dispatch(self, parts, body, peer)
    }

    fn client(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<SocketAddr> {
        match &self.before {
            Some(before) => before.entry.client(headers, peer),
            None => peer,
        }
    }

    fn is_exempt(&self, parts: &Parts) -> bool {
        let Some(uri) = self.without_root_path(&parts.uri) else {
            return self.dispatcher.is_exempt(parts);
        };
        let (mut copy, ()) = http::Request::new(()).into_parts();
        (copy.method, copy.uri) = (parts.method.clone(), uri);
        self.dispatcher.is_exempt(&copy)
    }

    #[cfg(feature = "metrics")]
    fn metrics(&self) -> Option<&Metrics> {
        self.dispatcher.counted.metrics.as_ref()
    }

    #[cfg(feature = "metrics")]
    fn begin_to_count(&self, method: &Method, uri: &Uri) -> Option<Timer> {
        AppService::count_request(self, method, uri)
    }

    fn is_logged(&self, method: &Method, uri: &Uri) -> bool {
        let without = self.without_root_path(uri);
        let monitor = self
            .dispatcher
            .monitor(method, without.as_ref().unwrap_or(uri));
        monitor.is_none_or(|monitor| monitor.is_logged)
    }

    fn log_refusal(
        &self,
        mut request: http::Request<Body>,
        peer: Option<SocketAddr>,
        response: &mut Response,
    ) {
        if let Some(before) = self.before.as_deref()
            && let Some(log) = &before.log
        {
            let client = before.entry.client(request.headers(), peer);
            log.observe(&mut request, client, response);
        }
    }

    fn log_unparsed(&self, peer: Option<SocketAddr>, status: StatusCode, bytes: u64) {
        let before = self.before.as_deref();
        if let Some(log) = before.and_then(|before| before.log.as_ref()) {
            log.observe_unparsed(peer, status, bytes);
        }
    }

    fn is_secret(&self, name: &str) -> bool {
        self.dispatcher.state.is_secret(name)
    }

    fn announce_shutdown(&self) {
        AppService::announce_shutdown(self);
    }

    fn shut_down(self: &Arc<Self>) {
        self.request_shutdown();
    }

    fn cut_off(self: &Arc<Self>) {
        self.dispatcher.state.work.tasks.close();
    }

    fn drain(self: &Arc<Self>) -> BoxFuture<'static, ()> {
        let work = self.dispatcher.state.work.clone();
        Box::pin(async move { work.drained().await })
    }

    fn wind_down(self: &Arc<Self>) -> BoxFuture<'static, ()> {
        let work = self.dispatcher.state.work.clone();
        Box::pin(async move { work.exits.idle().await })
    }
}

impl<B> Service<http::Request<B>> for AppService
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let client = take_client(&mut parts.extensions);
        #[cfg(feature = "metrics")]
        let timer = AppService::count_request(self, &parts.method, &parts.uri);
        let dispatched = AppService::dispatch(self, parts, Body::new(body), client);
        Box::pin(async {
            let response = dispatched.future.await;
            #[cfg(feature = "metrics")]
            if let Some(timer) = timer {
                timer.complete(response.status());
            }
            Ok(response)
        })
    }
}
