//! How built-in middleware runs: as hooks before and after the rest, all of them in one future.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use http::{HeaderValue, Request, StatusCode, header::CONTENT_TYPE};
use smallvec::SmallVec;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    access_entry::Entry,
    head::SavedHead,
    rate_table::Quota,
    service::{ErasedService, SharedService},
};
use crate::{
    body::{Body, Response},
    error::HttpError,
    openapi::Operation,
    request::{AppState, BoxFuture, Failure},
};

/// Built-in middleware: plain functions before and after the rest.
pub(crate) trait BuiltIn: fmt::Debug + Send + Sync + 'static {
    /// Runs before the rest.
    fn before(&self, _request: &mut Request<Body>, _app: &AppState) -> Before {
        Before::Continue(Kept::Nothing)
    }

    /// Runs after the rest, with what [`before`](Self::before) kept.
    fn after(&self, _kept: Kept, _response: &mut Response) {}

    /// Returns how long the rest may take.
    fn timeout(&self) -> Option<Duration> {
        None
    }

    /// Adds its responses to an operation.
    fn describe(&self, _op: &mut Operation<'_>) {}

    /// Returns whether it logs every response.
    fn logs_access(&self) -> bool {
        false
    }

    /// Returns the mistakes in its options.
    fn mistakes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What follows the first hook of built-in middleware.
pub(crate) enum Before {
    /// The rest.
    Continue(Kept),
    /// This response, without the rest.
    Respond(Response),
    /// An error, which the exception handlers turn into a response.
    Fail(HttpError),
}

/// What built-in middleware keeps from its first hook to its second one.
pub(crate) enum Kept {
    Nothing,
    Header(HeaderValue),
    Permit(#[expect(dead_code, reason = "dropping it ends the request")] OwnedSemaphorePermit),
    Quota(Quota),
    Entry(Entry),
    #[cfg(feature = "compression")]
    Coding(Option<super::compression::Coding>),
}

/// Adjacent built-in middleware, and what it is around.
pub(super) struct Around {
    /// The first is the outermost.
    layers: Arc<[Arc<dyn BuiltIn>]>,
    /// The shortest timeout, and its layer.
    timeout: Option<(usize, Duration)>,
    inner: SharedService,
    state: Arc<AppState>,
}

impl Around {
    /// Wraps a service in layers, the first of which is the innermost.
    pub(super) fn wrap(
        mut layers: Vec<Arc<dyn BuiltIn>>,
        inner: SharedService,
        state: &Arc<AppState>,
    ) -> SharedService {
        if layers.is_empty() {
            return inner;
        }
        layers.reverse();
        let timeouts = layers.iter().enumerate();
        let timeouts = timeouts.filter_map(|(number, layer)| Some((number, layer.timeout()?)));
        Arc::new(Self {
            timeout: timeouts.min_by_key(|(_, timeout)| *timeout),
            layers: layers.into(),
            inner,
            state: state.clone(),
        })
    }

    fn failure_response(&self, error: HttpError, request: &Request<Body>) -> Response {
        let head = SavedHead::of(request, true).into_request();
        self.state.failure_response(&Failure::of(error), &head)
    }
}

impl ErasedService for Around {
    fn call(&self, mut request: Request<Body>) -> BoxFuture<'static, Response> {
        let mut kept = SmallVec::<[Kept; 6]>::new();
        let mut early = None;
        for layer in &*self.layers {
            match layer.before(&mut request, &self.state) {
                Before::Continue(value) => kept.push(value),
                Before::Respond(response) => early = Some(response),
                Before::Fail(error) => early = Some(self.failure_response(error, &request)),
            }
            if early.is_some() {
                break;
            }
        }
        let layers = self.layers.clone();
        let limit = self.timeout.map(|(number, timeout)| {
            // The rest consumes the request, and the exception handlers need one.
            (
                number,
                timeout,
                SavedHead::of(&request, false),
                self.state.clone(),
            )
        });
        let rest = match early {
            Some(response) => Err(response),
            None => Ok(self.inner.call(request)),
        };
        Box::pin(async move {
            let mut response = match (rest, limit) {
                (Err(response), _) => response,
                (Ok(rest), None) => rest.await,
                (Ok(rest), Some((number, timeout, head, state))) => {
                    match within(timeout, rest).await {
                        Some(response) => response,
                        None => {
                            kept.truncate(number);
                            let error = HttpError::from_status(StatusCode::GATEWAY_TIMEOUT);
                            state.failure_response(&Failure::of(error), &head.into_request())
                        }
                    }
                }
            };
            for (layer, kept) in layers.iter().zip(kept).rev() {
                layer.after(kept, &mut response);
            }
            response
        })
    }
}

/// Waits for a response, but no longer than `limit`. A timer is expensive, so a response that is ready at once has
/// none.
async fn within(limit: Duration, mut rest: BoxFuture<'static, Response>) -> Option<Response> {
    let at_once = poll_fn(|cx| Poll::Ready(Pin::new(&mut rest).poll(cx)));
    match at_once.await {
        Poll::Ready(response) => Some(response),
        Poll::Pending => tokio::time::timeout(limit, rest).await.ok(),
    }
}

/// Returns a response in plain text, as FastAPI's middleware sends it.
pub(super) fn plain_text(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
