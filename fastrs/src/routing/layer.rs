//! tower layers. Each wraps only the app, router or route that it is added to.

use std::{
    convert::Infallible,
    fmt,
    future::{Future, poll_fn},
    sync::Arc,
    task::{Context, Poll},
};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    body::{Body, Response},
    depends::PlanFn,
    error::{BoxError, HttpError},
    openapi::Operation,
    request::{AppState, BoxFuture, error_response},
    response::with_own_length,
};

/// What a layer or middleware is around: everything between it and the handler.
#[derive(Clone)]
pub struct Next(SharedService);

impl Next {
    pub(super) fn new(service: SharedService) -> Self {
        Self(service)
    }

    /// Passes on the request, and returns the response.
    pub async fn run(self, request: Request<Body>) -> Response {
        self.0.call(request).await
    }
}

pub(crate) type SharedService = Arc<dyn ErasedService>;

/// What an app must know about middleware besides what it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MiddlewareInfo {
    pub(crate) name: &'static str,
    pub(crate) plan: PlanFn,
    pub(crate) describe: fn(&mut Operation<'_>),
}

/// A type-erased layer, or middleware.
#[derive(Clone)]
pub(crate) struct ErasedLayer {
    wrap: Arc<WrapFn>,
    pub(crate) middleware: Option<MiddlewareInfo>,
}

type WrapFn = dyn Fn(SharedService, &Arc<AppState>) -> SharedService + Send + Sync;

impl ErasedLayer {
    pub(crate) fn of_middleware(
        info: MiddlewareInfo,
        wrap: impl Fn(SharedService, &Arc<AppState>) -> SharedService + Send + Sync + 'static,
    ) -> Self {
        Self {
            wrap: Arc::new(wrap),
            middleware: Some(info),
        }
    }
}

impl fmt::Debug for ErasedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.middleware.map(|middleware| middleware.name);
        f.debug_tuple("ErasedLayer").field(&name).finish()
    }
}

/// Wraps a service in layers, the first of which is the innermost.
pub(crate) fn wrap_in(
    layers: &[ErasedLayer],
    service: SharedService,
    state: &Arc<AppState>,
) -> SharedService {
    layers
        .iter()
        .fold(service, |inner, layer| (layer.wrap)(inner, state))
}

/// A type-erased service.
pub(crate) trait ErasedService: Send + Sync {
    fn call(&self, request: Request<Body>) -> BoxFuture<'static, Response>;
}

/// Accepts any body, because a layer may replace the body that it received.
impl<B> Service<Request<B>> for Next
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let future = self.0.call(request.map(Body::new));
        Box::pin(async { Ok(future.await) })
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

/// Erases the type of a service. Its error becomes a 500 whose text appears only in the log.
pub(crate) fn erase<S, B>(service: S) -> SharedService
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    Arc::new(Adapter(service))
}

/// The argument of `layer`: a tower layer.
#[diagnostic::on_unimplemented(
    message = "`layer` takes a tower layer",
    label = "not a tower layer",
    note = "use one of `tower-http`, such as `TraceLayer::new_for_http()`, or write a type that implements `tower_layer::Layer`"
)]
pub trait TowerLayer {
    /// The service that the layer returns.
    type Service;

    #[doc(hidden)]
    fn wrap(&self, inner: Next) -> Self::Service;
}

#[diagnostic::do_not_recommend]
impl<L: Layer<Next>> TowerLayer for L {
    type Service = L::Service;

    fn wrap(&self, inner: Next) -> L::Service {
        self.layer(inner)
    }
}

/// Erases the type of a layer.
pub(crate) fn erase_layer<L, B>(layer: L) -> ErasedLayer
where
    L: TowerLayer + Send + Sync + 'static,
    L::Service:
        Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
    <L::Service as Service<Request<Body>>>::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    ErasedLayer {
        wrap: Arc::new(move |inner, _| erase(layer.wrap(Next(inner)))),
        middleware: None,
    }
}

struct Adapter<S>(S);

impl<S, B> ErasedService for Adapter<S>
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn call(&self, request: Request<Body>) -> BoxFuture<'static, Response> {
        let mut service = self.0.clone();
        Box::pin(async move {
            let is_ready = poll_fn(|task| service.poll_ready(task).map_err(Into::into)).await;
            let result: Result<_, BoxError> = match is_ready {
                Ok(()) => service.call(request).await.map_err(Into::into),
                Err(error) => Err(error),
            };
            match result {
                Ok(response) => with_own_length(response.map(Body::new)),
                Err(error) => {
                    tracing::error!(%error, "a tower service failed");
                    error_response(&HttpError::from_status(500))
                }
            }
        })
    }
}
