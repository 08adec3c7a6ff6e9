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

const TIMED_OUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\n\
    content-type: application/json\r\n\
    connection: close\r\n\
    content-length: 28\r\n\r\n\
    {\"detail\":\"Request Timeout\"}";

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
    let response = match transport.has_unread() {
        true => TIMED_OUT,
        false => b"",
    };
    transport.send_last(response).await;
    if !response.is_empty() {
        service.unparsed(StatusCode::REQUEST_TIMEOUT);
    }
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
