//! How built-in middleware runs: as hooks before and after the rest, all of them in one future.

use std::{
    fmt,
    future::{Future, poll_fn},
    net::SocketAddr,
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
    extract::ClientAddr,
    openapi::Operation,
    request::{AppState, BoxFuture, Failure},
};

/// Built-in middleware: plain functions before and after the rest.
pub(crate) trait BuiltIn: fmt::Debug + Send + Sync + 'static {
    /// Runs before the rest.
    fn before(&self, _request: &mut Request<Body>, _app: &Around<'_>) -> Before {
        Before::Continue(Kept::Nothing)
    }

    /// Runs after the rest, with what [`before`](Self::before) kept.
    fn after(&self, _kept: Kept, _response: &mut Response) {}

    /// Sees a response of the server to bytes that are not a request.
    fn unparsed(&self, _client: Option<SocketAddr>, _status: StatusCode) {}

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
    Entry(Box<Entry>),
    #[cfg(feature = "compression")]
    Coding(Option<super::compression::Coding>),
}

/// What a request comes from and goes to.
pub(crate) struct Around<'a> {
    pub(super) app: &'a AppState,
    pub(super) client: Option<SocketAddr>,
}

/// Adjacent built-in middleware.
#[derive(Clone)]
pub(crate) struct Stack {
    /// The first is the outermost.
    layers: Arc<[Arc<dyn BuiltIn>]>,
    /// The shortest timeout, and its layer.
    timeout: Option<(usize, Duration)>,
    state: Arc<AppState>,
}

impl Stack {
    /// Combines layers, the first of which is the innermost.
    pub(super) fn new(mut layers: Vec<Arc<dyn BuiltIn>>, state: &Arc<AppState>) -> Self {
        layers.reverse();
        let timeouts = layers.iter().enumerate();
        let timeouts = timeouts.filter_map(|(number, layer)| Some((number, layer.timeout()?)));
        Self {
            timeout: timeouts.min_by_key(|(_, timeout)| *timeout),
            layers: layers.into(),
            state: state.clone(),
        }
    }

    /// Puts this around a service.
    pub(super) fn around(self, inner: SharedService) -> SharedService {
        Arc::new(InStack { stack: self, inner })
    }

    /// Shows a request and its response, which do not go through the middleware.
    pub(crate) fn observe(
        &self,
        request: &mut Request<Body>,
        client: Option<SocketAddr>,
        response: &mut Response,
    ) {
        let app = &*self.state;
        for layer in &*self.layers {
            if let Before::Continue(kept) = layer.before(request, &Around { app, client }) {
                layer.after(kept, response);
            }
        }
    }

    /// Shows a response of the server to bytes that are not a request.
    pub(crate) fn observe_unparsed(&self, client: Option<SocketAddr>, status: StatusCode) {
        for layer in &*self.layers {
            layer.unparsed(client, status);
        }
    }

    /// Handles a request, for which `rest` is what the middleware is around.
    pub(crate) fn call<F>(
        &self,
        mut request: Request<Body>,
        client: Option<SocketAddr>,
        rest: impl FnOnce(Request<Body>) -> F,
    ) -> BoxFuture<'static, Response>
    where
        F: Future<Output = Response> + Unpin + Send + 'static,
    {
        let app = &*self.state;
        let around = Around { app, client };
        let mut kept = SmallVec::<[Kept; 6]>::new();
        let mut early = None;
        for layer in &*self.layers {
            match layer.before(&mut request, &around) {
                Before::Continue(value) => kept.push(value),
                Before::Respond(response) => early = Some(response),
                Before::Fail(error) => {
                    let head = SavedHead::of(&request, client, true).into_request();
                    early = Some(app.failure_response(&Failure::of(error), &head));
                }
            }
            if early.is_some() {
                break;
            }
        }
        let stack = self.clone();
        // The rest consumes the request, and the exception handlers need one.
        let head = self
            .timeout
            .map(|_| Box::new(SavedHead::of(&request, client, false)));
        let rest = match early {
            Some(response) => Err(response),
            None => Ok(rest(request)),
        };
        Box::pin(async move {
            let mut response = match rest {
                Err(response) => response,
                Ok(rest) => stack.wait(rest, head, &mut kept).await,
            };
            for (layer, kept) in stack.layers.iter().zip(kept).rev() {
                layer.after(kept, &mut response);
            }
            response
        })
    }

    /// Waits for the response of the rest, but no longer than the timeout.
    async fn wait<F>(
        &self,
        mut rest: F,
        head: Option<Box<SavedHead>>,
        kept: &mut SmallVec<[Kept; 6]>,
    ) -> Response
    where
        F: Future<Output = Response> + Unpin,
    {
        let (Some((number, timeout)), Some(head)) = (self.timeout, head) else {
            return rest.await;
        };
        // A timer is expensive, so a response that is ready at once has none.
        let at_once = poll_fn(|cx| Poll::Ready(Pin::new(&mut rest).poll(cx)));
        if let Poll::Ready(response) = at_once.await {
            return response;
        }
        match tokio::time::timeout(timeout, &mut rest).await {
            Ok(response) => response,
            Err(_) => {
                drop(rest);
                kept.truncate(number);
                let error = HttpError::from_status(StatusCode::GATEWAY_TIMEOUT);
                let head = head.into_request();
                self.state.failure_response(&Failure::of(error), &head)
            }
        }
    }
}

/// A service inside built-in middleware.
struct InStack {
    stack: Stack,
    inner: SharedService,
}

impl ErasedService for InStack {
    fn call(&self, request: Request<Body>) -> BoxFuture<'static, Response> {
        let client = ClientAddr::in_extensions(request.extensions());
        self.stack
            .call(request, client, |request| self.inner.call(request))
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
