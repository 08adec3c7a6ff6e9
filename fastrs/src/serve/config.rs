//! The limits that the server sets for its clients.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use super::descriptors;
#[cfg(feature = "tls")]
use super::tls::Tls;

/// The default of [`ServeConfig::max_headers`], and also hyper's.
pub(super) const MAX_HEADERS: usize = 100;

/// The limits of the server: its timeouts and its maximum sizes.
///
/// The defaults bound what a client can cost. They suit a server behind a load balancer as well as one that faces the
/// internet. Body limits belong to the app and its routes.
///
/// A timeout of zero is the strictest, and does not switch the timeout off. With more than 12 days, such as
/// `Duration::MAX`, there is effectively none.
/// | setting | default | if exceeded |
/// |---|---|---|
/// | [`head_timeout`](Self::head_timeout) | 10 s | 408 if any byte of a head has arrived; otherwise, the connection closes |
/// | [`body_timeout`](Self::body_timeout) | 30 s | 408, and the connection closes |
/// | [`min_body_rate`](Self::min_body_rate) | 240 bytes/s | 408, and the connection closes |
/// | [`handler_timeout`](Self::handler_timeout) | 60 s | 504, and the handler is dropped |
/// | [`send_timeout`](Self::send_timeout) | 30 s | the connection is reset, or the stream in HTTP/2 |
/// | [`keep_alive_timeout`](Self::keep_alive_timeout) | 75 s | the connection closes |
/// | [`shutdown_delay`](Self::shutdown_delay) | 0 s | the server accepts no more connections |
/// | [`shutdown_timeout`](Self::shutdown_timeout) | 25 s | whatever is still running is aborted |
/// | [`teardown_timeout`](Self::teardown_timeout) | 5 s | the next teardown runs |
/// | [`max_head_bytes`](Self::max_head_bytes) | 32 KiB | 431 |
/// | [`max_headers`](Self::max_headers) | 100 | 431 |
/// | [`max_uri_bytes`](Self::max_uri_bytes) | 8 KiB | 414 |
/// | [`max_in_flight`](Self::max_in_flight) | 1,024 for each core | 503 with `Retry-After: 1` |
/// | [`max_connections`](Self::max_connections) | 80 % of the limit on file descriptors | new connections wait |
/// | [`max_concurrent_streams`](Self::max_concurrent_streams) | 100 | the stream is refused |
///
/// ```
/// use std::time::Duration;
/// use fastrs::ServeConfig;
///
/// let config = ServeConfig::new()
///     .shutdown_timeout(Duration::from_secs(10))
///     .max_uri_bytes(2048);
/// # let _ = config;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use]
pub struct ServeConfig {
    pub(super) head_timeout: Duration,
    pub(super) body_timeout: Duration,
    pub(super) min_body_rate: u32,
    pub(super) handler_timeout: Duration,
    pub(super) send_timeout: Duration,
    pub(super) keep_alive_timeout: Duration,
    pub(super) shutdown_delay: Option<Duration>,
    pub(super) shutdown_timeout: Duration,
    pub(super) teardown_timeout: Duration,
    pub(super) max_head_bytes: usize,
    pub(super) max_headers: usize,
    pub(super) max_uri_bytes: usize,
    pub(super) max_in_flight: usize,
    pub(super) max_connections: usize,
    pub(super) http2: bool,
    pub(super) max_concurrent_streams: u32,
    pub(super) access_log: Option<bool>,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
}

impl ServeConfig {
    /// Returns the defaults in the table above.
    pub fn new() -> Self {
        Self {
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            min_body_rate: 240,
            handler_timeout: Duration::from_secs(60),
            send_timeout: Duration::from_secs(30),
            keep_alive_timeout: Duration::from_secs(75),
            shutdown_delay: None,
            shutdown_timeout: Duration::from_secs(25),
            teardown_timeout: Duration::from_secs(5),
            max_head_bytes: 32 * 1024,
            max_headers: MAX_HEADERS,
            max_uri_bytes: 8 * 1024,
            max_in_flight: 1024 * available_parallelism().map_or(1, NonZero::get),
            max_connections: descriptors::limit().map_or(usize::MAX, |limit| limit - limit / 5),
            http2: cfg!(feature = "http2"),
            max_concurrent_streams: 100,
            access_log: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Sets how long a request's head may take, from the start of the connection or the first byte of the head. A TLS
    /// handshake may take as long before that.
    ///
    /// Deadlines use a coarse clock: a connection may last up to a tenth longer. With zero, a head has a few
    /// milliseconds.
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head_timeout = timeout;
        self
    }

    /// Sets how long code that reads a request's body waits for its next bytes. A body that stalls for longer is a
    /// [`ReadError::TimedOut`](crate::ReadError::TimedOut), by default a 408. With zero, this also applies to a body
    /// that has not arrived when it is read.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Sets the minimum rate at which a request's body may arrive, in bytes per second; 0 allows any rate.
    ///
    /// Code that reads a body waits for [`body_timeout`](Self::body_timeout) in total, plus the time that the bytes
    /// that have arrived may take at this rate. A slower body is a [`ReadError::TooSlow`](crate::ReadError::TooSlow),
    /// by default a 408.
    pub fn min_body_rate(mut self, bytes_per_second: u32) -> Self {
        self.min_body_rate = bytes_per_second;
        self
    }

    /// Sets how long a request may take until the head of its response, apart from the time in which it waits for its
    /// body: the timeout starts anew whenever the handler has waited for the body. After it, the handler is dropped,
    /// the exits of its dependencies run, and the client receives a 504. A route has its own limit with
    /// `timeout = "5m"`.
    ///
    /// This limits neither a response that streams nor a connection after an upgrade, such as a WebSocket. It does
    /// limit a handler whose client has disconnected. The 504 does not pass through layers or exception handlers.
    /// Code that blocks its thread cannot be interrupted.
    ///
    /// A handler may take up to an eighth of a second longer. With zero, a handler has a few milliseconds if it has to
    /// wait at all.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.handler_timeout = timeout;
        self
    }

    /// Sets how long the server waits for a client to take more of a response. If the client takes nothing for longer,
    /// the response is aborted: its body is dropped, and its connection is reset. If the client of an HTTP/2 connection
    /// takes other responses, only the stream is reset.
    ///
    /// This limits neither the time for a whole response nor a stream that has nothing to send. A WebSocket has its
    /// `ping_interval` instead. Any other connection after an upgrade is left to the code that owns it. With zero, a
    /// response has to fit into the buffers of the system.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = timeout;
        self
    }

    /// Sets how long a connection may stay open without a request. Keep it above the timeout of the load balancer in
    /// front (60 s is common), which otherwise sends requests into closing connections. With zero, a connection is
    /// closed a few milliseconds after its last response.
    pub fn keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.keep_alive_timeout = timeout;
        self
    }

    /// Sets how long the server accepts connections and requests after the first `SIGTERM` or `SIGINT`, before it stops
    /// as without this delay. Meanwhile, the [readiness](crate::Health) of the app is 503, so that a load balancer
    /// sends no more requests. A second signal ends the program at once. By default,
    /// [`launch`](crate::App::launch) uses the environment variable `SHUTDOWN_DELAY`, or else there is no delay.
    ///
    /// The supervisor's grace period has to be longer than this delay and the
    /// [`shutdown_timeout`](Self::shutdown_timeout) together.
    pub fn shutdown_delay(mut self, delay: Duration) -> Self {
        self.shutdown_delay = Some(delay);
        self
    }

    /// Sets the delay of the shutdown, unless the program has set it explicitly.
    pub(crate) fn shutdown_delay_by_default(&mut self, delay: Option<Duration>) {
        self.shutdown_delay = self.shutdown_delay.or(delay);
    }

    /// Sets how long requests in flight, handlers whose client has disconnected, and background tasks may take to
    /// finish after the first `SIGTERM` or `SIGINT`. Keep it below the grace period of the supervisor (30 s in
    /// Kubernetes). With zero, whatever has to wait is cut off at once.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Sets how long each app-scoped dependency may take to close after the requests have ended, even if it blocks its
    /// thread. A dependency that takes longer is abandoned, and the program ends with an error. With zero, this applies
    /// to every dependency that has to wait.
    ///
    /// The exits of requests that were cut off at the [`shutdown_timeout`](Self::shutdown_timeout) have the same time
    /// in total. They run before the app-scoped dependencies close.
    pub fn teardown_timeout(mut self, timeout: Duration) -> Self {
        self.teardown_timeout = timeout;
        self
    }

    pub(crate) fn teardown(&self) -> Duration {
        self.teardown_timeout
    }

    pub(crate) fn shutdown(&self) -> Duration {
        self.shutdown_timeout
    }

    /// Sets the maximum size of an HTTP/1 request's head, in bytes. Values above 1 MiB act like 1 MiB. With 0, every
    /// request is rejected.
    pub fn max_head_bytes(mut self, bytes: usize) -> Self {
        // hyper also buffers that much of a response.
        self.max_head_bytes = bytes.min(1024 * 1024);
        self
    }

    /// Sets the maximum number of header lines in an HTTP/1 request. Any value but 100 costs an allocation per request.
    /// Values above 10,000 act like 10,000. With 0, every request that has a header, such as `Host`, is rejected.
    pub fn max_headers(mut self, count: usize) -> Self {
        // hyper makes room for that many before it parses a head.
        self.max_headers = count.min(10_000);
        self
    }

    /// Sets the maximum size of path and query together, in bytes. Values above 65,534 act like 65,534. With 0, every
    /// request is rejected.
    pub fn max_uri_bytes(mut self, bytes: usize) -> Self {
        self.max_uri_bytes = bytes;
        self
    }

    /// Sets how many handlers may wait at the same time. While there are that many, a request gets a 503 with
    /// `Retry-After: 1` at once: its body is not read, and no layer, dependency or handler runs. A route with the key
    /// `exempt_from_max_in_flight` is handled nevertheless, unless it belongs to a mounted app, and so are
    /// [health checks](crate::Health).
    ///
    /// A handler counts while it waits for something other than its client, such as a database: not while the body of
    /// the request arrives, and not after the head of the response. So slow clients, streams and WebSockets do not use
    /// up the limit. A handler whose client has disconnected counts until it ends. The limit may be exceeded by one
    /// request for each thread. With 0, every request that is not exempt is a 503.
    pub fn max_in_flight(mut self, requests: usize) -> Self {
        self.max_in_flight = requests;
        self
    }

    /// Sets how many connections the server has at the same time. Beyond that, it accepts none until one ends; the
    /// system lets up to 1,024 wait. While there are more than 80 % of the limit, idle connections are closed after 5
    /// seconds instead of [`keep_alive_timeout`](Self::keep_alive_timeout).
    ///
    /// When a server starts, it raises the process's soft limit on file descriptors (`RLIMIT_NOFILE`) to its hard
    /// limit, which child processes inherit. The default is 80 % of that, which leaves the rest to files, databases
    /// and clients. A connection counts until the last handler that was detached from it has ended. 0 acts like 1.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// Sets whether the server accepts HTTP/2: over TLS from clients that choose it in the handshake (ALPN), otherwise
    /// from clients that start with its preface (prior knowledge). On by default; it needs the feature `http2`.
    pub fn http2(mut self, enabled: bool) -> Self {
        self.http2 = enabled && cfg!(feature = "http2");
        self
    }

    /// Sets the maximum number of requests in flight on one HTTP/2 connection. 0 acts like 1, because clients would
    /// otherwise wait forever. The responses of a connection share a send buffer of 1 MiB: each has an equal part, but
    /// at least 1 KiB and at most 256 KiB.
    pub fn max_concurrent_streams(mut self, streams: u32) -> Self {
        self.max_concurrent_streams = streams.max(1);
        self
    }

    /// Serves over TLS, and nothing else: HTTP/1.1 and, with the feature `http2`, HTTP/2.
    ///
    /// ```no_run
    /// use fastrs::{ServeConfig, Tls, prelude::*};
    ///
    /// #[fastrs::main]
    /// async fn main() -> Result<(), StartError> {
    ///     let tls = Tls::from_pem_files("cert.pem", "key.pem");
    ///     let app = App::new("Shop", "1.0.0").config(ServeConfig::new().tls(tls));
    ///     app.serve("0.0.0.0:443").await
    /// }
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sets whether each request is logged as one line on standard error, as in uvicorn, if the program has no
    /// `tracing` subscriber. By default, [`launch`](crate::App::launch) logs unless the environment variable
    /// `ACCESS_LOG` is `off`, and [`serve`](crate::App::serve) does not log.
    pub fn access_log(mut self, enabled: bool) -> Self {
        self.access_log = Some(enabled);
        self
    }

    /// Sets whether each request is logged, unless the program has set it explicitly.
    pub(crate) fn access_log_by_default(&mut self, enabled: bool) {
        self.access_log.get_or_insert(enabled);
    }
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self::new()
    }
}
