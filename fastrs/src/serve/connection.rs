//! The lifetime of one connection.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use http::StatusCode;

use super::connection_state::{ConnectionState, Signal};
use super::dispatch::Dispatch;
use super::http1::Http1;
use super::service::Service;
use super::stream::Stream;
use super::transport::{Protocol, Transport};

/// Serves a connection until either side or a deadline ends it.
pub(super) async fn run<D: Dispatch>(app: Arc<D>, stream: Stream, state: Arc<ConnectionState>) {
    let service = Service::new(app, Arc::clone(&state), &stream);
    let mut transport = Transport::new(stream, Arc::clone(&state));
    let protocol = match transport.negotiated() {
        Some(protocol) => Until::Done(Ok(protocol)),
        None if state.server().config.http2 => until_signal(&state, transport.sniff()).await,
        // hyper checks the version itself and rejects HTTP/2.
        None => Until::Done(Ok(Protocol::Http1)),
    };
    match protocol {
        Until::Done(Ok(Protocol::Http1)) => http1(transport, service, state).await,
        #[cfg(feature = "http2")]
        Until::Done(Ok(Protocol::Http2)) => {
            Box::pin(super::http2::run(transport, service, &state)).await;
        }
        // HTTP/2 is not detected without the feature.
        #[cfg(not(feature = "http2"))]
        Until::Done(Ok(Protocol::Http2)) => {}
        Until::Done(Err(error)) => tracing::debug!(%error, "connection failed"),
        Until::TimedOut => time_out(transport, &service).await,
        Until::Aborted | Until::Idle => {}
    }
}

async fn http1<D: Dispatch>(
    transport: Transport,
    service: Service<D>,
    state: Arc<ConnectionState>,
) {
    let mut connection = Http1::new(transport, service, Arc::clone(&state));
    loop {
        match until_signal(&state, &mut connection).await {
            Until::Done(Ok(())) | Until::Aborted => return,
            Until::Done(Err(error)) if error.is_parse_version_h2() => {
                tracing::info!(
                    "refused a client that speaks HTTP/2: that needs the feature `http2` and `ServeConfig::http2`, and over TLS the client has to negotiate it"
                );
                if let Some((transport, service)) = connection.end() {
                    let status = StatusCode::HTTP_VERSION_NOT_SUPPORTED;
                    respond_last(transport, &service, status).await;
                }
                return;
            }
            Until::Done(Err(error)) => return state.log_failure(&error),
            Until::Idle => connection.rest(),
            Until::TimedOut => {
                if let Some((transport, service)) = connection.end() {
                    time_out(transport, &service).await;
                }
                return;
            }
        }
    }
}

/// Ends a connection at its deadline. If a part of a request has arrived, its client is told why.
async fn time_out<D: Dispatch>(mut transport: Transport, service: &Service<D>) {
    match transport.has_unread() {
        true => respond_last(transport, service, StatusCode::REQUEST_TIMEOUT).await,
        false => transport.send_last(b"").await,
    }
}

/// Ends a connection with a response to bytes that are not a request.
async fn respond_last<D: Dispatch>(
    mut transport: Transport,
    service: &Service<D>,
    status: StatusCode,
) {
    let body = format!(r#"{{"detail":"{}"}}"#, crate::error::reason(status));
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    transport.send_last((head + &body).as_bytes()).await;
    service.unparsed(status, body.len() as u64);
}

/// The result of running a future until a signal.
pub(super) enum Until<T> {
    Done(T),
    TimedOut,
    Aborted,
    /// The connection has been idle for a while.
    Idle,
}

/// Runs a connection's future until it is done or a signal arrives. A drain needs no action here: the service marks
/// the responses, and the sweep brings the deadlines of idle connections forward.
pub(super) async fn until_signal<F: Future>(
    state: &ConnectionState,
    future: F,
) -> Until<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        // Polls the connection first: bytes that have just arrived move the deadline.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Until::Done(output));
        }
        match state.poll_signal(cx) {
            None | Some(Signal::Drain) => Poll::Pending,
            Some(Signal::TimedOut) => Poll::Ready(Until::TimedOut),
            Some(Signal::Abort) => Poll::Ready(Until::Aborted),
            Some(Signal::Rest) => Poll::Ready(Until::Idle),
        }
    })
    .await
}
