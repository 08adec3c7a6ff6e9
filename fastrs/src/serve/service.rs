//! Converts hyper's requests to the app's, and the app's responses to hyper's.

use std::any::Any;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, Version};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;

use super::access::AccessLine;
use super::connection_state::{ConnectionState, RequestGuard};
use super::dispatch::{Dispatch, DispatchedRequest, OnDisconnect};
use super::pending::PendingHandler;
use super::stream::Stream;
use super::syntax::{self, Rejection};
#[cfg(feature = "tls")]
use super::tls::TlsInfo;
use crate::body::{Body, BodyState, Chunk, EndsWithClient, may_have_body, take_has_waited};
use crate::error::{BoxError, panic_text};
#[cfg(feature = "metrics")]
use crate::metrics::Timer;
use crate::request::{BoxFuture, run_until, take_handler_timeout};

/// Serves the requests of one connection.
#[derive(Debug)]
pub(super) struct Service<D> {
    app: Arc<D>,
    state: Arc<ConnectionState>,
    peer: Option<SocketAddr>,
    #[cfg(feature = "tls")]
    tls: Option<TlsInfo>,
}

impl<D: Dispatch> Service<D> {
    pub(super) fn new(app: Arc<D>, state: Arc<ConnectionState>, stream: &Stream) -> Self {
        Self {
            app,
            state,
            peer: stream.peer(),
            #[cfg(feature = "tls")]
            tls: stream.tls_info(),
        }
    }

    /// Responds to a request without the app, which only logs the response.
    #[cold]
    fn refuse(&self, parts: Parts, mut response: Response<Body>) -> Work {
        let request = Request::from_parts(parts, Body::empty());
        self.app.log_refusal(request, self.peer, &mut response);
        Work::Ready(Box::new(response))
    }

    /// Records a response to bytes that are not a request, which was sent without this service, and the length of its
    /// body.
    #[cold]
    pub(super) fn unparsed(&self, status: StatusCode, bytes: u64) {
        if self.state.server().config.access_log == Some(true) {
            AccessLine::unparsed(self.peer).write(status);
        }
        self.app.log_unparsed(self.peer, status, bytes);
        #[cfg(feature = "metrics")]
        if let Some(metrics) = self.app.metrics() {
            metrics.count_unparsed(status);
        }
    }
}

impl<D: Dispatch> hyper::service::Service<Request<Incoming>> for Service<D> {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    #[inline]
    fn call(&self, mut request: Request<Incoming>) -> ResponseFuture {
        let guard = self.state.start_request();
        let http2 = request.version() == Version::HTTP_2;
        let is_http2_head = http2 && *request.method() == Method::HEAD;
        let config = &self.state.server().config;
        let line = match config.access_log {
            Some(true) if self.app.is_logged(request.method(), request.uri()) => {
                let client = self.app.client(request.headers(), self.peer);
                let is_secret = |name: &str| self.app.is_secret(name);
                Some(AccessLine::new(&request, client, &is_secret))
            }
            _ => None,
        };
        #[cfg(feature = "metrics")]
        let timer = self.app.begin_to_count(request.method(), request.uri());
        let max_uri = config.max_uri_bytes;
        let checked = match self.state.refusal() {
            Some(invalid) => Err(syntax::rejection(invalid)),
            None => syntax::check(&request, max_uri),
        };
        let work = match checked {
            Ok(()) => {
                // hyper adds its upgrade handle to the extensions if the client requests another protocol.
                if !request.extensions().is_empty() {
                    let shutdown = self.state.server().shutdown();
                    request.extensions_mut().insert(shutdown);
                    #[cfg(feature = "websocket")]
                    super::upgrade::prepare(&mut request, &self.state);
                }
                #[cfg(feature = "tls")]
                if let Some(tls) = &self.tls {
                    tls.add_to(&mut request);
                }
                let (parts, body) = request.into_parts();
                let body = Body::received(body, self.state.body(), !http2);
                match self.state.server().is_overloaded() && !self.app.is_exempt(&parts) {
                    false => {
                        let dispatched = self.app.dispatch(parts, body, self.peer);
                        if dispatched.on_disconnect == OnDisconnect::Cancel && !http2 {
                            self.state.cancel_on_disconnect();
                        }
                        Work::Running(dispatched)
                    }
                    // The body is dropped unread.
                    true => self.refuse(parts, overload_response(&self.state)),
                }
            }
            Err(rejection) => {
                let (parts, _) = request.into_parts();
                self.refuse(parts, rejection_response(rejection))
            }
        };
        ResponseFuture {
            work,
            guard: Some(guard),
            pending: None,
            timeout: None,
            http2,
            is_http2_head,
            line,
            #[cfg(feature = "metrics")]
            timer,
        }
    }
}

/// The future of a response. If it is dropped before it completes, which hyper does when the connection fails, it
/// hands the handler to the runtime, which runs it to completion.
pub(super) struct ResponseFuture {
    work: Work,
    guard: Option<RequestGuard>,
    /// Set while the handler waits for something other than its client.
    pending: Option<PendingHandler>,
    /// How long the handler may take, if its route has its own limit.
    timeout: Option<Duration>,
    http2: bool,
    /// Whether this is a response to `HEAD` whose body hyper would send.
    is_http2_head: bool,
    line: Option<Box<AccessLine>>,
    #[cfg(feature = "metrics")]
    timer: Option<Timer>,
}

enum Work {
    Running(DispatchedRequest),
    Ready(Box<Response<Body>>),
    Done,
}

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut response = match &mut this.work {
            Work::Running(DispatchedRequest { future, .. }) => {
                // Clears what other requests on this thread have left.
                take_has_waited();
                take_handler_timeout();
                // The app catches its own panics; one that slips through costs only this request.
                let polled = catch_unwind(AssertUnwindSafe(|| future.poll_in_place(cx)));
                match polled.unwrap_or_else(|payload| Poll::Ready(panic_response(payload))) {
                    Poll::Ready(response) => response,
                    Poll::Pending => return this.poll_pending(cx),
                }
            }
            Work::Ready(response) => std::mem::take(&mut **response),
            Work::Done => Response::default(),
        };
        this.work = Work::Done;
        this.pending = None;
        if let Some(guard) = &this.guard {
            match guard.body_state() {
                BodyState::Complete | BodyState::Open | BodyState::Skipped => {}
                BodyState::Dropped => return this.respond_later(&mut response, cx),
                BodyState::Unreliable => close(&mut response),
            }
            if !response.body().is_streaming() {
                guard.response_ready();
            } else if !this.http2 && response.extensions().get::<EndsWithClient>().is_some() {
                guard.stream_ready();
            }
        }
        if let Some(line) = this.line.take() {
            line.write(response.status());
        }
        #[cfg(feature = "metrics")]
        if let Some(timer) = this.timer.take() {
            timer.complete(response.status());
        }
        let guard = this.guard.take();
        if this.http2 {
            if this.is_http2_head || !may_have_body(response.status()) {
                strip_body(&mut response);
            }
            #[cfg(feature = "http2")]
            if response.body().is_streaming() {
                response = response.map(super::pieces::divide);
            }
        } else if guard
            .as_ref()
            .is_some_and(|guard| guard.server().is_draining())
        {
            close(&mut response);
        }
        Poll::Ready(Ok(response.map(|body| ResponseBody {
            body,
            _guard: guard,
        })))
    }
}

impl Drop for ResponseFuture {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.work, Work::Done) {
            self.detach();
        }
    }
}

impl ResponseFuture {
    /// Continues after a poll that left the request's future pending: sends the response if the future has released it
    /// and continues, or if it has taken too long. This is a separate function, since a second place that returns the
    /// response would copy it once more.
    #[cold]
    fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<<Self as Future>::Output> {
        let Work::Running(DispatchedRequest { future, .. }) = &mut self.work else {
            return Poll::Pending;
        };
        let response = match future.released() {
            Some(response) => response,
            None if self.is_in_time(cx) => return Poll::Pending,
            None => {
                self.time_out();
                json_response(
                    StatusCode::GATEWAY_TIMEOUT,
                    r#"{"detail":"Gateway Timeout"}"#,
                )
            }
        };
        self.work = Work::Ready(Box::new(response));
        Pin::new(self).poll(cx)
    }

    /// Returns whether a pending handler may continue to wait. The time in which it waits for its body has other
    /// limits.
    fn is_in_time(&mut self, cx: &mut Context<'_>) -> bool {
        self.timeout = take_handler_timeout().or(self.timeout);
        if take_has_waited() {
            self.pending = None;
            return true;
        }
        let timeout = self.handler_timeout();
        let Some(guard) = &self.guard else {
            return true;
        };
        let pending = self
            .pending
            .get_or_insert_with(|| PendingHandler::new(guard.connection(), timeout, self.http2));
        !pending.is_due(timeout, cx)
    }

    /// Drops a handler that has taken too long.
    fn time_out(&mut self) {
        let timeout = self.handler_timeout();
        if let Work::Running(request) = std::mem::replace(&mut self.work, Work::Done) {
            request.future.time_out(timeout);
        }
    }

    fn handler_timeout(&self) -> Duration {
        let default = self
            .guard
            .as_ref()
            .map(|guard| guard.server().config.handler_timeout);
        self.timeout.or(default).unwrap_or(Duration::MAX)
    }

    /// Lets hyper poll the connection before it writes the response. hyper then notices that the request's body was
    /// dropped. If the rest has arrived, it reads it; otherwise it stops reading and adds `Connection: close` to the
    /// response.
    #[cold]
    fn respond_later(
        &mut self,
        response: &mut Response<Body>,
        cx: &Context<'_>,
    ) -> Poll<Result<Response<ResponseBody>, Infallible>> {
        if let Some(guard) = &self.guard {
            guard.skip_body();
        }
        self.work = Work::Ready(Box::new(std::mem::take(response)));
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    #[cold]
    fn detach(&mut self) {
        let Work::Running(DispatchedRequest {
            mut future,
            on_disconnect: OnDisconnect::Finish,
        }) = std::mem::replace(&mut self.work, Work::Done)
        else {
            return;
        };
        let timeout = self.handler_timeout();
        let (Some(guard), Ok(runtime)) = (self.guard.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let server = Arc::clone(guard.server());
        let line = self.line.take();
        #[cfg(feature = "metrics")]
        let timer = self.timer.take();
        let pending = self
            .pending
            .take()
            .unwrap_or_else(|| PendingHandler::new(guard.connection(), timeout, self.http2));
        if !server.is_aborted() {
            let rest: BoxFuture<'static, ()> = Box::pin(async move {
                // The client has disconnected, so the response is dropped; the drain waits for the guard.
                let limited = tokio::time::timeout(pending.left(), &mut future);
                let status = match run_until(server.aborted(), limited).await {
                    Some(Ok(response)) => Some(response.status()),
                    Some(Err(_)) => {
                        future.time_out(timeout);
                        Some(StatusCode::GATEWAY_TIMEOUT)
                    }
                    None => {
                        drop(future);
                        None
                    }
                };
                if let (Some(line), Some(status)) = (line, status) {
                    line.write(status);
                }
                #[cfg(feature = "metrics")]
                if let (Some(timer), Some(status)) = (timer, status) {
                    timer.complete(status);
                }
                drop((pending, guard));
            });
            runtime.spawn(rest);
        } else {
            // This runs the exits, or hands them to the runtime. The shutdown waits for the guard until then.
            drop(future);
            drop(guard);
        }
    }
}

impl std::fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture")
            .field("http2", &self.http2)
            .finish_non_exhaustive()
    }
}

/// The body of a response that is being sent. Its request is in flight until the body is dropped.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Body,
    _guard: Option<RequestGuard>,
}

impl HttpBody for ResponseBody {
    type Data = Chunk;
    type Error = BoxError;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Chunk>, BoxError>>> {
        let frame = self.get_mut().body.poll_chunk(cx);
        #[cfg(feature = "http2")]
        super::sending::polled(frame.is_ready());
        frame
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Removes the body where HTTP allows none, but keeps its length readable. hyper does so for HTTP/1; HTTP/2 and calls
/// without a socket need this function.
pub(crate) fn strip_body(response: &mut Response<Body>) {
    let length = std::mem::take(response.body_mut()).size_hint().exact();
    if !may_have_body(response.status()) && response.status() != StatusCode::NOT_MODIFIED {
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().remove(CONTENT_TYPE);
    } else if let Some(length) = length.filter(|length| *length > 0) {
        response
            .headers_mut()
            .entry(CONTENT_LENGTH)
            .or_insert(length.into());
    }
}

/// Marks the response as the last one on the connection, unless it hands the connection to another protocol.
#[cold]
fn close(response: &mut Response<Body>) {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

#[cold]
fn rejection_response(rejection: Rejection) -> Response<Body> {
    let mut response = json_response(rejection.status, rejection.detail);
    // The bytes that follow on the connection cannot be trusted to be a request.
    close(&mut response);
    response
}

#[cold]
fn overload_response(state: &ConnectionState) -> Response<Body> {
    state.server().shed();
    let mut response = json_response(
        StatusCode::SERVICE_UNAVAILABLE,
        r#"{"detail":"Service Unavailable"}"#,
    );
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

#[cold]
fn panic_response(payload: Box<dyn Any + Send>) -> Response<Body> {
    let panic = panic_text(payload);
    tracing::error!(panic, "a request panicked outside its handler");
    json_response(
        StatusCode::INTERNAL_SERVER_ERROR,
        r#"{"detail":"Internal Server Error"}"#,
    )
}

fn json_response(status: StatusCode, json: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
