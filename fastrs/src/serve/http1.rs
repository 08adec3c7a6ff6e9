//! An HTTP/1 connection that frees its buffers while idle.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::StatusCode;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;

use super::config::{MAX_HEADERS, ServeConfig};
use super::connection_state::ConnectionState;
use super::dispatch::Dispatch;
use super::service::Service;
use super::transport::Transport;

/// The maximum size of a connection's buffer, in each direction.
///
/// Before each read, hyper reserves twice as much as the last read has filled, up to this limit, and so at most twice the
/// buffer. With 48 KiB, a head of 32 KiB fits into what was reserved for its first 24 KiB. With 64 KiB, it would be moved
/// to a buffer of 112 KiB, and the one before it would remain as a hole in the heap.
const MAX_BUFFER: usize = 48 * 1024;

/// An HTTP/1 connection, whose buffers are freed while it [`rest`](Self::rest)s. hyper's connection has two buffers of
/// 8 KiB, so it is taken apart until bytes arrive.
///
/// The future completes when the connection is closed, or upgraded to another protocol. If the client speaks HTTP/2, it
/// fails before anything is sent, and [`end`](Self::end) returns the connection.
pub(super) struct Http1<D: Dispatch> {
    state: Arc<ConnectionState>,
    connection: State<D>,
}

enum State<D: Dispatch> {
    Active(Box<HyperConnection<D>>),
    Resting(Box<(Transport, Service<D>)>),
    Done,
}

type HyperConnection<D> = http1::UpgradeableConnection<TokioIo<Transport>, Service<D>>;

impl<D: Dispatch> Http1<D> {
    pub(super) fn new(
        transport: Transport,
        service: Service<D>,
        state: Arc<ConnectionState>,
    ) -> Self {
        let connection = State::connect(transport, service, &state);
        Self { state, connection }
    }

    /// Frees the buffers until bytes arrive. Only valid for a connection between two requests.
    pub(super) fn rest(&mut self) {
        self.state.set_can_rest(false);
        if let Some((transport, service)) = self.take_apart() {
            if transport.has_unread() {
                // Part of the next request arrived together with the last one.
                self.connection = State::connect(transport, service, &self.state);
            } else {
                self.connection = State::Resting(Box::new((transport, service)));
            }
        }
    }

    /// Ends the connection, and returns its transport, with the bytes that were read but not answered, and its service;
    /// `None` after an upgrade.
    pub(super) fn end(mut self) -> Option<(Transport, Service<D>)> {
        self.state.set_can_rest(false);
        self.take_apart()
    }

    /// Takes the connection apart, and keeps bytes that were read but not used. Returns `None` after an upgrade.
    fn take_apart(&mut self) -> Option<(Transport, Service<D>)> {
        match std::mem::replace(&mut self.connection, State::Done) {
            State::Active(connection) => {
                let parts = connection.into_parts()?;
                let mut transport = parts.io.into_inner();
                transport.put_back(&parts.read_buf);
                Some((transport, parts.service))
            }
            State::Resting(resting) => Some(*resting),
            State::Done => None,
        }
    }
}

impl<D: Dispatch> State<D> {
    fn connect(transport: Transport, service: Service<D>, state: &ConnectionState) -> Self {
        state.set_can_rest(true);
        let builder = builder(&state.server().config);
        let connection = builder.serve_connection(TokioIo::new(transport), service);
        Self::Active(Box::new(connection.with_upgrades()))
    }
}

fn builder(config: &ServeConfig) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
        // A client that has sent all its requests may close its side and wait for the responses.
        .half_close(true)
        // Writing head and body from one buffer with one `write` saves 5% of a small response. `pipeline_flush` does so
        // too, but then collects the responses to all requests that were read together, however large they are: 64 KiB
        // of small requests for a large page would cost gigabytes.
        .writev(false)
        .max_buf_size(MAX_BUFFER.max(config.max_head_bytes))
        .max_header_size(config.max_head_bytes);
    if config.max_headers != MAX_HEADERS {
        builder.max_headers(config.max_headers);
    }
    builder
}

/// Returns the status of the response, without a body, that hyper itself sends to a head that it cannot parse.
fn parse_error_status(error: &hyper::Error) -> Option<StatusCode> {
    // hyper sends nothing to a client that speaks HTTP/2.
    if !error.is_parse() || error.is_parse_version_h2() {
        return None;
    }
    Some(match error.is_parse_too_large() {
        false => StatusCode::BAD_REQUEST,
        // Only the text tells the two apart.
        true if error.to_string() == "URI too long" => StatusCode::URI_TOO_LONG,
        true => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    })
}

impl<D: Dispatch> Future for Http1<D> {
    type Output = hyper::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        let http1 = self.get_mut();
        if let State::Resting(resting) = &mut http1.connection {
            ready!(resting.0.poll_readable(cx));
            if let Some((transport, service)) = http1.take_apart() {
                http1.connection = State::connect(transport, service, &http1.state);
            }
        }
        let State::Active(connection) = &mut http1.connection else {
            return Poll::Ready(Ok(()));
        };
        let ended = ready!(Pin::new(connection).poll(cx));
        http1.state.set_can_rest(false);
        if let State::Active(connection) = std::mem::replace(&mut http1.connection, State::Done) {
            match (connection.into_parts(), &ended) {
                (None, _) => http1.state.upgraded(),
                (Some(parts), Err(error)) if error.is_parse_version_h2() => {
                    let apart = (parts.io.into_inner(), parts.service);
                    http1.connection = State::Resting(Box::new(apart));
                }
                (Some(parts), Err(error)) => {
                    if let Some(status) = parse_error_status(error) {
                        parts.service.unparsed(status, 0);
                    }
                }
                (Some(_), Ok(())) => {}
            }
        }
        Poll::Ready(ended)
    }
}
