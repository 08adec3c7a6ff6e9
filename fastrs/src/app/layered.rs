//! The services inside layers. The request's extensions carry what they need from outside the layers.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Extensions, Uri};
use tower_service::Service;

use super::{automatic::AutomaticResponse, dispatch::Dispatcher};
use crate::{
    body::{Body, Response},
    error::HttpError,
    request::{
        AppState, BoxFuture, CanonicalPath, PathValues, Request, RequestFuture, error_response,
    },
    routing::{BoundRoute, EndpointFuture, RoutedRequest},
};

/// The result of routing, for an endpoint behind layers.
#[derive(Clone)]
pub(super) struct Matched {
    /// The URI that was routed; a layer may change the request's.
    pub(super) uri: Uri,
    pub(super) values: PathValues,
    pub(super) client: Option<SocketAddr>,
}

/// The peer's address, passed through layers and into mounted apps.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) Option<SocketAddr>);

impl Peer {
    pub(super) fn take(extensions: &mut Extensions) -> Option<SocketAddr> {
        extensions.remove::<Self>()?.0
    }
}

/// Returns the automatic response, if the dispatcher sent one through the layers with this request.
pub(super) fn automatic_response(
    state: &AppState,
    request: &mut http::Request<Body>,
) -> Option<Response> {
    let answer = request.extensions_mut().remove::<AutomaticResponse>()?;
    let client = Peer::take(request.extensions_mut());
    let (parts, _) = std::mem::take(request).into_parts();
    Some(answer.respond(state, parts, client))
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
        if let Some(response) = automatic_response(&self.bound.state, &mut request) {
            return Box::pin(std::future::ready(Ok(response)));
        }
        let Some(Matched {
            uri,
            values,
            client,
        }) = request.extensions_mut().remove()
        else {
            // Without the extensions there is no way to tell whether this request was routed to this endpoint.
            tracing::error!("a layer has dropped the extensions of a request");
            let response = error_response(&HttpError::from_status(500));
            return Box::pin(std::future::ready(Ok(response)));
        };
        let path = CanonicalPath::routed(&uri, request.uri());
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
