//! A route that is ready to be called, directly or through its layers.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Uri, request::Parts};
use tower_service::Service;

use super::{
    automatic::{self, AutomaticResponse, automatic_response},
    described::Described,
    guard::{Guard, guard_of, respond_guarded},
    layered::{call_layered, set_client, take_client},
    protection::Protection,
};
use crate::{
    body::{Body, Response},
    error::HttpError,
    middleware::{SharedService, erase, wrap_in},
    request::{
        AppState, BoxFuture, CanonicalPath, PathValues, Request, RequestFuture, error_response,
    },
    routing::{BoundRoute, EndpointFuture, FlatRoute, RoutedRequest},
    serve::{DispatchedRequest, OnDisconnect},
};

/// A route that is ready to be called.
pub(super) struct Endpoint {
    call: fn(RoutedRequest) -> EndpointFuture,
    /// Whether the request is canceled when its client disconnects.
    pub(super) cancels: bool,
    /// Whether the request is handled even if too many are in flight.
    pub(super) is_exempt: bool,
    bound: Arc<BoundRoute>,
    guard: Option<Arc<Guard>>,
    pub(super) layered: Option<SharedService>,
}

impl Endpoint {
    pub(super) fn new(state: &Arc<AppState>, described: Described, flat: FlatRoute) -> Self {
        let Described {
            info, protection, ..
        } = described;
        let layers = flat.layers();
        let guard = guard_of(state, &info, &flat);
        let bound = Arc::new(BoundRoute {
            state: state.clone(),
            info,
            dependencies: flat.inherited.dependencies,
            #[cfg(feature = "cache")]
            cached: described.cached,
        });
        let call = flat.route.call;
        let mut layered = None;
        if protection.is_some() || !layers.is_empty() {
            let inner = erase(EndpointService {
                bound: bound.clone(),
                guard: guard.clone(),
                call,
                protection: protection.map(Arc::new),
            });
            layered = Some(wrap_in(&layers, inner, state));
        }
        Self {
            call,
            cancels: flat.route.meta.cancel_on_disconnect,
            is_exempt: flat.route.meta.exempt_from_max_in_flight,
            bound,
            guard,
            layered,
        }
    }

    /// Responds without calling the handler, inside the layers and behind the guards.
    #[cold]
    pub(super) fn respond(
        &self,
        automatic: AutomaticResponse,
        mut parts: Parts,
        body: Body,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        if let Some(service) = &self.layered {
            parts.extensions.insert(automatic);
            return call_layered(service, parts, body, client);
        }
        match &self.guard {
            Some(guard) => DispatchedRequest {
                future: RequestFuture::new(respond_guarded(guard, automatic, parts, client)),
                on_disconnect: OnDisconnect::Finish,
            },
            None => DispatchedRequest::ready(automatic.respond(&self.bound.state, parts, client)),
        }
    }

    pub(super) fn is_guarded(&self) -> bool {
        self.guard.is_some()
    }

    /// Returns the path of the route, as the document has it.
    pub(super) fn template(&self) -> &str {
        &self.bound.info.template
    }

    /// Returns whether the route is a WebSocket.
    #[cfg(all(feature = "http2", feature = "websocket"))]
    pub(super) fn is_websocket(&self) -> bool {
        self.bound.info.websocket.is_some()
    }

    /// Calls the endpoint. It is inlined, because moving its arguments costs a small request 30 instructions.
    #[inline(always)]
    pub(super) fn call(
        &self,
        parts: Parts,
        mut body: Body,
        path: CanonicalPath,
        values: PathValues,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        let mut limit = self.bound.info.body_limit;
        // The app may be mounted in another app, which limits its bodies.
        if limit.is_default
            && !parts.extensions.is_empty()
            && let Some(of_mount) = limit.of_mount(&parts.extensions)
        {
            limit = of_mount;
            body = limit.hold(body);
        }
        // A body whose declared length exceeds the limit is rejected before any of it is read (RFC 9110, 10.1.1).
        if limit.is_exceeded_by(&body) {
            return self.respond(AutomaticResponse::TooLarge, parts, body, client);
        }
        if let Some(service) = &self.layered {
            return self.call_in_layers(service, parts, body, values, client);
        }
        let routed = RoutedRequest {
            route: self.bound.clone(),
            request: Request::new(parts, path, values, client),
            body,
        };
        DispatchedRequest {
            future: RequestFuture::new((self.call)(routed)),
            on_disconnect: OnDisconnect::of(self.cancels),
        }
    }

    #[inline(never)]
    fn call_in_layers(
        &self,
        service: &SharedService,
        mut parts: Parts,
        body: Body,
        values: PathValues,
        client: Option<SocketAddr>,
    ) -> DispatchedRequest {
        parts.extensions.insert(RouteMatch {
            uri: parts.uri.clone(),
            values,
        });
        set_client(&mut parts.extensions, client);
        let request = http::Request::from_parts(parts, body);
        DispatchedRequest {
            future: RequestFuture::without_exits(service.call(request)),
            on_disconnect: OnDisconnect::of(self.cancels),
        }
    }
}

/// The result of routing, for an endpoint behind layers.
#[derive(Clone)]
struct RouteMatch {
    /// The URI that was routed; a layer may change the request's.
    uri: Uri,
    values: PathValues,
}

/// An endpoint inside its layers.
#[derive(Clone)]
struct EndpointService {
    bound: Arc<BoundRoute>,
    guard: Option<Arc<Guard>>,
    call: fn(RoutedRequest) -> EndpointFuture,
    protection: Option<Arc<Protection>>,
}

impl Service<http::Request<Body>> for EndpointService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        if self.guard.is_none()
            && let Some(response) = automatic_response(&self.bound.state, &mut request)
        {
            return Box::pin(std::future::ready(Ok(response)));
        }
        match &self.protection {
            None => {
                let response = self.respond(request);
                Box::pin(async { Ok(response.await) })
            }
            Some(protection) => {
                let response = self.clone().respond_protected(protection.clone(), request);
                Box::pin(async { Ok(response.await) })
            }
        }
    }
}

impl EndpointService {
    fn respond(&self, mut request: http::Request<Body>) -> RequestFuture {
        if let Some(guard) = &self.guard
            && let Some(automatic) = request.extensions_mut().remove()
        {
            let client = take_client(request.extensions_mut());
            let (parts, _) = request.into_parts();
            return RequestFuture::new(respond_guarded(guard, automatic, parts, client));
        }
        let Some(RouteMatch { uri, values }) = request.extensions_mut().remove() else {
            // Without the extensions there is no way to tell whether this request was routed to this endpoint.
            let text = "a layer or middleware dropped the extensions of a request";
            tracing::error!("{text}");
            crate::log::to_stderr(format_args!("ERROR {text}"));
            let response = error_response(&HttpError::from_status(500));
            return RequestFuture::without_exits(Box::pin(std::future::ready(response)));
        };
        let client = take_client(request.extensions_mut());
        let path = CanonicalPath::routed(&uri, request.uri());
        let (parts, body) = request.into_parts();
        RequestFuture::new((self.call)(RoutedRequest {
            route: self.bound.clone(),
            request: Request::new(parts, path, values, client),
            body,
        }))
    }

    /// Responds to a request whose client is identified by a cookie. A response that needs no handler changes nothing,
    /// so any page may request it.
    async fn respond_protected(
        self,
        protection: Arc<Protection>,
        request: http::Request<Body>,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let is_automatic = parts.extensions.get::<AutomaticResponse>().is_some();
        if !is_automatic && let Err(error) = protection.check(&parts) {
            return self.failure_response(error, parts);
        }
        #[cfg(feature = "sessions")]
        if !protection.sessions.is_empty() {
            return self.respond_in_session(&protection, parts, body).await;
        }
        self.respond(http::Request::from_parts(parts, body)).await
    }

    #[cfg(feature = "sessions")]
    async fn respond_in_session(
        &self,
        protection: &Protection,
        mut parts: Parts,
        body: Body,
    ) -> Response {
        let sessions = match protection.read(&parts.headers).await {
            Ok(sessions) => sessions,
            Err(error) => return self.failure_response(error, parts),
        };
        parts.extensions.insert(sessions.clone());
        // A copy for an error response.
        let (mut copy, ()) = http::Request::new(()).into_parts();
        (copy.method, copy.uri) = (parts.method.clone(), parts.uri.clone());
        let mut response = self.respond(http::Request::from_parts(parts, body)).await;
        match super::protection::write(sessions, &mut response).await {
            Ok(()) => response,
            Err(error) => self.failure_response(error, copy),
        }
    }

    /// Returns the response to a request that did not reach its endpoint.
    fn failure_response(&self, error: HttpError, mut parts: Parts) -> Response {
        let client = take_client(&mut parts.extensions);
        automatic::error(&self.bound.state, parts, client, error)
    }
}
