//! An app as a tower `Service` from the first: it starts when it is first asked whether it is ready.

use std::{
    fmt,
    task::{Context, Poll},
};

use tower_service::Service;

use super::{App, AppService, StartError};
use crate::{
    body::Response,
    error::{BoxError, HttpError},
    request::{BoxFuture, error_response},
};

/// How far an app that is used as a service has come.
#[derive(Default)]
pub(super) enum Starting {
    #[default]
    Not,
    Under(BoxFuture<'static, Result<AppService, StartError>>),
    Done(AppService),
    Failed,
}

impl App {
    /// Builds the app and makes its app-scoped values. What yields among them ends with the last clone of the service.
    ///
    /// # Errors
    ///
    /// All mistakes of the wiring, or the first app-scoped dependency that fails.
    pub async fn into_service(self) -> Result<AppService, StartError> {
        let (service, closers) = self.start().await?;
        Ok(service.holding(closers))
    }
}

impl<B> Service<http::Request<B>> for App
where
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = StartError;
    type Future = BoxFuture<'static, Result<Response, StartError>>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), StartError>> {
        loop {
            match &mut self.starting {
                Starting::Not => {
                    let app = std::mem::take(self);
                    self.starting = Starting::Under(Box::pin(app.into_service()));
                }
                Starting::Under(future) => match future.as_mut().poll(task) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(service)) => self.starting = Starting::Done(service),
                    Poll::Ready(Err(error)) => {
                        self.starting = Starting::Failed;
                        return Poll::Ready(Err(error));
                    }
                },
                Starting::Done(_) => return Poll::Ready(Ok(())),
                Starting::Failed => {
                    let error =
                        StartError::wiring(vec!["it has failed to start before".to_owned()]);
                    return Poll::Ready(Err(error));
                }
            }
        }
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let Starting::Done(service) = &mut self.starting else {
            // tower's contract: `call` follows a `poll_ready` that was ready.
            return Box::pin(async { Ok(error_response(&HttpError::from_status(503))) });
        };
        let answered = Service::call(service, request);
        Box::pin(async {
            match answered.await {
                Ok(response) => Ok(response),
                Err(never) => match never {},
            }
        })
    }
}

impl fmt::Debug for Starting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Starting")
    }
}
