//! The server: sockets, connections, deadlines, shutdown. Only this module uses hyper's server.
//!
//! `listener` accepts connections, `connection` runs each in its own task, and `service` turns hyper's requests into
//! the app's. `connections` checks the deadlines that `connection_state` stores, and `shutdown` decides when to stop.

mod access;
mod bind;
mod config;
mod connection;
mod connection_state;
mod connections;
mod http1;
#[cfg(feature = "http2")]
mod http2;
mod line_ends;
mod listener;
mod runtime;
mod server_state;
mod service;
mod shutdown;
mod stream;
mod syntax;
#[cfg(test)]
mod tests;
mod transport;

use std::convert::Infallible;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::request::Parts;
use tokio::sync::mpsc;

pub use self::bind::Bind;
pub use self::config::ServeConfig;
pub use self::listener::Listener;
pub use self::runtime::block_on;
pub(crate) use self::runtime::wrong_workers;
pub(crate) use self::service::{may_have_body, strip_body};
pub(crate) use self::shutdown::{Stop, StopHandle};

use self::connections::Connections;
use self::stream::Stream;
use crate::body::Body;
use crate::request::RequestFuture;

/// A boxed future: the one allocation of a request.
pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The app that the server serves.
pub(crate) trait Dispatch: Send + Sync + 'static {
    /// Starts a request. Code that can panic runs in the future.
    fn dispatch(self: &Arc<Self>, parts: Parts, body: Body, peer: Option<SocketAddr>)
    -> Dispatched;

    /// Announces the shutdown, so that endless work can end. Called once, before [`drain`](Self::drain).
    fn shut_down(self: &Arc<Self>) {}

    /// Waits for work that outlives the requests, such as background tasks. Called once, when the last connection has
    /// closed, and dropped at the shutdown deadline.
    fn drain(self: &Arc<Self>) -> BoxFuture<()> {
        Box::pin(std::future::ready(()))
    }
}

/// A request that has been started.
pub(crate) struct Dispatched {
    pub(crate) future: RequestFuture,
    pub(crate) on_disconnect: OnDisconnect,
}

/// What happens to a request whose client disconnects before the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnDisconnect {
    /// It runs to completion.
    Finish,
    /// It is dropped with its connection.
    Drop,
    /// It is dropped as soon as the client closes its side.
    Cancel,
}

impl OnDisconnect {
    /// Returns the policy of a route, given whether it sets `cancel_on_disconnect`.
    pub(crate) fn of(cancels: bool) -> Self {
        match cancels {
            true => Self::Cancel,
            false => Self::Finish,
        }
    }
}

/// The result of the shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) struct Drained {
    /// The number of connections that were aborted, with everything running on them, at the deadline or by a second
    /// signal.
    pub(crate) aborted: usize,
    /// Whether [`Dispatch::drain`] completed in time.
    pub(crate) complete: bool,
}

/// The pause before the next `accept` when the process has run out of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long connections may take to end after the order to drop everything.
const ABORT_GRACE: Duration = Duration::from_millis(250);

/// Serves an app until told to stop, and returns when all requests and their remaining work have ended or the
/// shutdown deadline has passed.
///
/// # Errors
///
/// Fails if the operating system refuses to start the thread that checks the deadlines.
pub(crate) async fn serve<D: Dispatch>(
    app: Arc<D>,
    listener: Listener,
    config: ServeConfig,
    stop: Stop,
) -> io::Result<Drained> {
    let shutdown_timeout = config.shutdown_timeout;
    let connections = Arc::new(Connections::new(config));
    let _sweeper = connections.start_sweeping()?;
    // Every connection and every detached handler holds a clone: when the last one is dropped, the channel closes.
    let (alive, mut ended) = mpsc::channel::<Infallible>(1);
    let spawn = |stream| {
        let state = connections.add(alive.clone());
        tokio::spawn(connection::run(Arc::clone(&app), stream, state));
    };

    either(stop.draining(), accept(&listener, spawn)).await;
    app.shut_down();
    connections.drain();
    listener.close().into_iter().for_each(spawn);
    drop(alive);

    let drain = async {
        ended.recv().await;
        app.drain().await;
    };
    let in_time = tokio::time::timeout(shutdown_timeout, either(stop.aborted(), drain)).await;
    let complete = matches!(in_time, Ok(Some(())));
    let aborted = connections.alive();
    if aborted > 0 {
        tracing::warn!(
            connections = aborted,
            "shutdown: cut what was still running"
        );
        connections.abort();
        let _ = tokio::time::timeout(ABORT_GRACE, ended.recv()).await;
    }
    Ok(Drained { aborted, complete })
}

/// Accepts connections forever. Errors of a single connection are skipped. When the process is out of descriptors, it
/// waits, since `accept` would fail again at once.
async fn accept(listener: &Listener, spawn: impl Fn(Stream)) -> Infallible {
    let mut exhausted = false;
    loop {
        match listener.accept().await {
            Ok(stream) => {
                exhausted = false;
                spawn(stream);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if !std::mem::replace(&mut exhausted, true) {
                    tracing::error!(%error, "cannot accept connections for now");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

/// Prints the line that says where the server listens. If standard error is closed, the line is lost.
pub(crate) fn announce(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Returns the output of `work`, or `None` if `end` completes first.
pub(crate) async fn either<F: Future>(end: impl Future, work: F) -> Option<F::Output> {
    let (mut end, mut work) = (pin!(end), pin!(work));
    std::future::poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}
