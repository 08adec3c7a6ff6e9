//! How built-in middleware runs: as hooks before and after the rest, all of them in one future.

use std::{
    fmt,
    future::Future,
    mem,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderValue, Request, StatusCode, header::CONTENT_TYPE};
use smallvec::SmallVec;
use tokio::time::Sleep;

use super::{
    access_entry::Entry,
    head::SavedHead,
    in_progress::Place,
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
    fn before(&self, _request: &mut Request<Body>, _around: &Around<'_>) -> Before {
        Ok(Kept::Nothing)
    }

    /// Runs after the rest, with what [`before`](Self::before) kept.
    fn after(&self, _kept: &mut Kept, _response: &mut Response) {}

    /// Sees a response of the server to bytes that are not a request, and the length of its body.
    fn unparsed(&self, _client: Option<SocketAddr>, _status: StatusCode, _bytes: u64) {}

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

/// What the first hook returns: what the second one needs, or a response without the rest.
pub(crate) type Before = Result<Kept, Box<Early>>;

/// A response without the rest.
pub(crate) enum Early {
    Response(Response),
    /// An error, which the exception handlers turn into a response.
    Error(HttpError),
}

impl From<Response> for Box<Early> {
    fn from(response: Response) -> Self {
        Box::new(Early::Response(response))
    }
}

impl From<HttpError> for Box<Early> {
    fn from(error: HttpError) -> Self {
        Box::new(Early::Error(error))
    }
}

/// What built-in middleware keeps from its first hook to its second one.
pub(crate) enum Kept {
    Nothing,
    Header(HeaderValue),
    Place(#[expect(dead_code, reason = "dropping it ends the request")] Place),
    Quota(Quota),
    Entry(Entry),
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
pub(crate) struct Stack(Arc<Layers>);

struct Layers {
    /// The first is the outermost.
    layers: Box<[Arc<dyn BuiltIn>]>,
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
        Self(Arc::new(Layers {
            timeout: timeouts.min_by_key(|(_, timeout)| *timeout),
            layers: layers.into(),
            state: state.clone(),
        }))
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
        let app = &*self.0.state;
        for layer in &self.0.layers {
            if let Ok(mut kept) = layer.before(request, &Around { app, client }) {
                layer.after(&mut kept, response);
            }
        }
    }

    /// Shows a response of the server to bytes that are not a request, and the length of its body.
    pub(crate) fn observe_unparsed(
        &self,
        client: Option<SocketAddr>,
        status: StatusCode,
        bytes: u64,
    ) {
        for layer in &self.0.layers {
            layer.unparsed(client, status, bytes);
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
        let app = &*self.0.state;
        let around = Around { app, client };
        let mut all_kept = SmallVec::new();
        let mut early = None;
        for layer in &self.0.layers {
            match layer.before(&mut request, &around) {
                Ok(kept) => all_kept.push(kept),
                Err(response) => {
                    early = Some(response);
                    break;
                }
            }
        }
        let timeout = self.0.timeout.map(|(_, limit)| Timeout {
            limit,
            // The rest consumes the request, and the exception handlers need one.
            head: SavedHead::of(&request, client, false),
            sleep: None,
        });
        let rest = match early {
            None => Rest::Pending(rest(request)),
            Some(early) => Rest::Ready(match *early {
                Early::Response(response) => Box::new(response),
                Early::Error(error) => {
                    let head = SavedHead::of(&request, client, true).into_request();
                    Box::new(app.failure_response(&Failure::of(error), &head))
                }
            }),
        };
        Box::pin(StackFuture {
            stack: self.clone(),
            kept: all_kept,
            rest,
            timeout,
        })
    }
}

/// The response of the rest.
enum Rest<F> {
    Pending(F),
    Ready(Box<Response>),
}

/// A timeout of the rest.
struct Timeout {
    limit: Duration,
    head: SavedHead,
    /// A timer is expensive, so a response that is ready at once has none.
    sleep: Option<Pin<Box<Sleep>>>,
}

/// The future of a request inside built-in middleware.
struct StackFuture<F> {
    stack: Stack,
    kept: SmallVec<[Kept; 6]>,
    rest: Rest<F>,
    timeout: Option<Timeout>,
}

impl<F: Future<Output = Response> + Unpin> Future for StackFuture<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = self.get_mut();
        let mut polled = match &mut this.rest {
            Rest::Pending(rest) => Pin::new(rest).poll(cx),
            Rest::Ready(response) => Poll::Ready(mem::take(&mut **response)),
        };
        if polled.is_pending() && this.is_late(cx) {
            polled = Poll::Ready(this.time_out());
        }
        // The response is changed where it is: each function that it passes through copies it.
        if let Poll::Ready(response) = &mut polled {
            for (layer, kept) in this.stack.0.layers.iter().zip(&mut this.kept).rev() {
                layer.after(kept, response);
            }
        }
        polled
    }
}

impl<F> StackFuture<F> {
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        self.timeout.as_mut().is_some_and(|timeout| {
            let limit = timeout.limit;
            let sleep = timeout
                .sleep
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
            sleep.as_mut().poll(cx).is_ready()
        })
    }

    /// Drops the rest, and returns the response of the exception handlers.
    #[cold]
    fn time_out(&mut self) -> Response {
        self.rest = Rest::Ready(Box::default());
        let layers = &*self.stack.0;
        let (Some((number, _)), Some(timeout)) = (layers.timeout, self.timeout.take()) else {
            return Response::default();
        };
        self.kept.truncate(number);
        let error = HttpError::from_status(StatusCode::GATEWAY_TIMEOUT);
        let head = timeout.head.into_request();
        layers.state.failure_response(&Failure::of(error), &head)
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
