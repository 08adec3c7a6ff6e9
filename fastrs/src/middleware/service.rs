//! Type-erased services: what layers and middleware are around.

use std::{
    convert::Infallible,
    fmt,
    future::{Future, poll_fn},
    sync::Arc,
    task::{Context, Poll},
};

use http::Request;
use tower_service::Service;

use crate::{
    body::{Body, Response},
    error::{BoxError, HttpError},
    request::{BoxFuture, error_response},
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
