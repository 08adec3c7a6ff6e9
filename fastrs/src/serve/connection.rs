//! One connection, from its first byte to its last.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;

use super::Dispatch;
use super::config::ServeConfig;
use super::service::Service;
use super::stream::Stream;
use super::transport::{Protocol, Transport};
use super::watch::{Order, Watch};

/// The buffer of an HTTP/1 connection, each way.
const MAX_BUFFER: usize = 64 * 1024;

const TIMED_OUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\n\
    content-type: application/json\r\n\
    connection: close\r\n\
    content-length: 28\r\n\r\n\
    {\"detail\":\"Request Timeout\"}";

/// Serves a connection until either side, or a deadline, ends it.
pub(super) async fn run<D: Dispatch>(app: Arc<D>, stream: Stream, watch: Arc<Watch>) {
    let service = Service::new(app, Arc::clone(&watch), stream.peer());
    let mut io = Transport::new(stream, Arc::clone(&watch));
    let protocol = match watch.hub().config.http2 {
        true => obey(&watch, io.sniff()).await,
        // hyper looks at the version itself, and refuses HTTP/2's.
        false => Ended::Done(Ok(Protocol::Http1)),
    };
    match protocol {
        Ended::Done(Ok(Protocol::Http1)) => http1(io, service, &watch).await,
        #[cfg(feature = "http2")]
        Ended::Done(Ok(Protocol::Http2)) => Box::pin(super::http2::run(io, service, &watch)).await,
        // Not looked for.
        #[cfg(not(feature = "http2"))]
        Ended::Done(Ok(Protocol::Http2)) => {}
        Ended::Done(Err(error)) => tracing::debug!(%error, "connection failed"),
        Ended::Expired if io.has_unread() => io.send_last(TIMED_OUT).await,
        Ended::Expired | Ended::Aborted | Ended::Quiet => {}
    }
}

type Http1<D> = http1::UpgradeableConnection<TokioIo<Transport>, Service<D>>;

/// hyper's connection has two buffers of 8 KiB. One with nothing to do is taken apart, and rests without until bytes come.
async fn http1<D: Dispatch>(io: Transport, service: Service<D>, watch: &Watch) {
    let mut connection = http1_connection(io, service, watch);
    watch.may_rest(true);
    loop {
        let ended = obey(watch, &mut connection).await;
        watch.may_rest(false);
        match ended {
            Ended::Done(Ok(())) => {
                if connection.into_parts().is_none() {
                    watch.upgraded();
                }
                return;
            }
            Ended::Aborted => return,
            Ended::Done(Err(error)) => return tracing::debug!(%error, "connection failed"),
            Ended::Expired | Ended::Quiet => {}
        }
        let Some((mut io, service, unused)) = take_apart(connection) else {
            return;
        };
        match ended {
            Ended::Expired if unused.is_empty() => return,
            Ended::Expired => return io.send_last(TIMED_OUT).await,
            _ if unused.is_empty() => match obey(watch, io.readable()).await {
                Ended::Done(()) => {}
                _ => return,
            },
            // The next request came in part, together with the last one.
            _ => io.put_back(&unused),
        }
        connection = http1_connection(io, service, watch);
        watch.may_rest(true);
    }
}

/// The connection's parts, and what it has read but not used; nothing after an upgrade. In a function of its own, since it
/// is at its end that the box is freed.
fn take_apart<D: Dispatch>(
    connection: Box<Http1<D>>,
) -> Option<(Transport, Service<D>, Box<[u8]>)> {
    let parts = connection.into_parts()?;
    let unused = Box::from(&parts.read_buf[..]);
    Some((parts.io.into_inner(), parts.service, unused))
}

fn http1_connection<D: Dispatch>(
    io: Transport,
    service: Service<D>,
    watch: &Watch,
) -> Box<Http1<D>> {
    let builder = http1_builder(&watch.hub().config);
    let connection = builder.serve_connection(TokioIo::new(io), service);
    Box::new(connection.with_upgrades())
}

fn http1_builder(config: &ServeConfig) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
        // A client that has sent all its requests may close its side and wait for the answers.
        .half_close(true)
        // One buffer and one plain write for head and body: 5 % of a small answer. `pipeline_flush`
        // does this too, but then collects the answers of all requests that were read together, however
        // large: 64 KiB of small requests for a large page would cost gigabytes.
        .writev(false)
        .max_buf_size(MAX_BUFFER.max(config.max_head_bytes))
        .max_header_size(config.max_head_bytes);
    if config.max_headers != ServeConfig::new().max_headers {
        builder.max_headers(config.max_headers);
    }
    builder
}

enum Ended<T> {
    Done(T),
    Expired,
    Aborted,
    /// Between two requests, for a while.
    Quiet,
}

/// Runs a connection's future until it is done or the watch says otherwise. Nothing is to be done for
/// a drain: the service marks the answers, and the sweep brings the idle connections' deadlines forward.
async fn obey<F: Future>(watch: &Watch, future: F) -> Ended<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        // First the connection: bytes that came just now move the deadline.
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ended::Done(output));
        }
        match watch.order(cx) {
            None | Some(Order::Drain) => Poll::Pending,
            Some(Order::Expired) => Poll::Ready(Ended::Expired),
            Some(Order::Abort) => Poll::Ready(Ended::Aborted),
            Some(Order::Rest) => Poll::Ready(Ended::Quiet),
        }
    })
    .await
}
