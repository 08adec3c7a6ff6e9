//! An HTTP/2 connection.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use hyper::rt::Executor;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};

use super::config::ServeConfig;
use super::connection_state::{ConnectionState, Signal};
use super::dispatch::Dispatch;
use super::sending::Sending;
use super::service::Service;
use super::spawn::spawn;
use super::transport::Transport;

/// How much of a request's body may arrive before it is read.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// The same limit for all requests of a connection together. It is larger, so that a request whose body is not read
/// does not hold up the others.
const CONNECTION_WINDOW: u32 = 2 * STREAM_WINDOW;
/// The maximum size of a frame. h2 reads each frame into a buffer of its size, and the smallest possible maximum is
/// 16 KiB.
const FRAME: u32 = 64 * 1024;
/// How much of all responses of a connection is buffered, apart from one frame of each.
const SEND_BUFFER: usize = 1024 * 1024;
const HEADER_LIST: u32 = 16 * 1024;
/// The number of streams that a client can cause the server to reset before it counts as an attack.
const RESETS: usize = 256;
const PING: Duration = Duration::from_secs(20);

/// Serves a connection until either side or a deadline ends it.
pub(super) async fn run<D: Dispatch>(io: Transport, service: Service<D>, state: &ConnectionState) {
    let builder = builder(&state.server().config);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    let mut goaway_sent = false;
    std::future::poll_fn(|cx| {
        // Loops at most twice: after a signal, the connection may have to be polled again.
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                if let Err(error) = ended {
                    state.log_failure(&error);
                }
                return Poll::Ready(());
            }
            match state.poll_signal(cx) {
                None | Some(Signal::Rest) => return Poll::Pending,
                Some(Signal::Abort) => return Poll::Ready(()),
                Some(Signal::TimedOut) if goaway_sent => return Poll::Ready(()),
                Some(Signal::TimedOut | Signal::Drain) => {
                    // This sends GOAWAY, which tells the client which of its requests were accepted.
                    connection.as_mut().graceful_shutdown();
                    state.extend_deadline();
                    goaway_sent = true;
                }
            }
        }
    })
    .await;
}

/// Spawns the tasks of a connection: one for each stream.
#[derive(Clone, Copy)]
struct Spawner {
    send_timeout: Duration,
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Spawner {
    fn execute(&self, future: F) {
        spawn(Sending::new(future, self.send_timeout));
    }
}

fn builder(config: &ServeConfig) -> http2::Builder<Spawner> {
    let streams = config.max_concurrent_streams as usize;
    let mut builder = http2::Builder::new(Spawner {
        send_timeout: config.send_timeout,
    });
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(config.max_concurrent_streams)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(FRAME)
        // This limit applies to each stream.
        .max_send_buf_size((SEND_BUFFER / streams).clamp(1024, 256 * 1024))
        .max_header_list_size(HEADER_LIST)
        .max_local_error_reset_streams(RESETS);
    // A WebSocket is a stream that begins with a CONNECT (RFC 8441).
    #[cfg(feature = "websocket")]
    builder.enable_connect_protocol();
    builder
}
