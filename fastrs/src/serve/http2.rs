//! A connection that speaks HTTP/2.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use super::Dispatch;
use super::config::ServeConfig;
use super::service::Service;
use super::transport::Transport;
use super::watch::{Order, Watch};

const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
const SEND_BUFFER: usize = 256 * 1024;
const HEADER_LIST: u32 = 16 * 1024;
/// Streams that the client made us reset, before it counts as an attack.
const RESETS: usize = 256;
const PING: Duration = Duration::from_secs(20);

/// Serves a connection until either side, or a deadline, ends it.
pub(super) async fn run<D: Dispatch>(io: Transport, service: Service<D>, watch: &Watch) {
    let builder = builder(&watch.hub().config);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    let mut told = false;
    std::future::poll_fn(|cx| {
        // Twice at most: an order can call for another look at the connection.
        loop {
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection failed");
                }
                return Poll::Ready(());
            }
            match watch.order(cx) {
                None | Some(Order::Rest) => return Poll::Pending,
                Some(Order::Abort) => return Poll::Ready(()),
                Some(Order::Expired) if told => return Poll::Ready(()),
                Some(Order::Expired | Order::Drain) => {
                    // GOAWAY: the client learns which of its requests were taken.
                    connection.as_mut().graceful_shutdown();
                    watch.extend();
                    told = true;
                }
            }
        }
    })
    .await;
}

fn builder(config: &ServeConfig) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(config.max_concurrent_streams)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .max_header_list_size(HEADER_LIST)
        .max_local_error_reset_streams(RESETS);
    builder
}
