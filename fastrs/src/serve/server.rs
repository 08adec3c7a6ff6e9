//! Serves an app, from the first connection to the end of the shutdown.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::config::ServeConfig;
use super::connection;
use super::connections::Connections;
use super::descriptors;
use super::dispatch::Dispatch;
use super::listener::Listener;
use super::server_state::ServerState;
use super::shutdown::{ABORT_GRACE, Stop};
use super::spawn::spawn;
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::tls::{self, Certificates};
use crate::request::run_until;

/// The result of the shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) struct ShutdownReport {
    /// The reason why the rest was cut off, if it was.
    pub(crate) cut: Option<Cut>,
    /// The number of requests that were cut off.
    pub(crate) requests: usize,
    /// Whether [`Dispatch::wind_down`] completed in time.
    pub(crate) is_wound_down: bool,
}

/// The reason why a shutdown ends before everything has finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Deadline,
    SecondSignal,
}

/// The pause before the next `accept` when the process has run out of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves an app until it is ordered to stop, and returns when all requests and their remaining work have ended or the
/// shutdown deadline has passed. When it begins to stop, it calls `stopping` with the number of requests in flight.
///
/// # Errors
///
/// Fails if the operating system refuses to start the threads that check the deadlines and the certificates.
pub(crate) async fn serve<D: Dispatch>(
    app: Arc<D>,
    listener: Listener,
    config: ServeConfig,
    stop: Stop,
    stopping: &(dyn Fn(usize) + Sync),
) -> io::Result<ShutdownReport> {
    let shutdown_delay = config.shutdown_delay.filter(|delay| !delay.is_zero());
    let shutdown_timeout = config.shutdown_timeout;
    let teardown_timeout = config.teardown_timeout;
    let state = ServerState::new(config);
    #[cfg(feature = "metrics")]
    let state = state.counting(app.metrics().cloned());
    let connections = Arc::new(Connections::new(state));
    let _sweeper = connections.start_sweeping()?;
    descriptors::raise_limit();
    #[cfg(feature = "tls")]
    let certificates = listener.certificates().cloned();
    #[cfg(feature = "tls")]
    let _watcher = certificates.as_ref().map(Certificates::watch).transpose()?;
    let start = |stream| {
        let state = connections.add();
        #[cfg(feature = "tls")]
        if let Some(certificates) = &certificates {
            let config = certificates.current();
            return spawn(tls::run(Arc::clone(&app), stream, state, config));
        }
        spawn(connection::run(Arc::clone(&app), stream, state));
    };

    let stop_accepting = async {
        stop.draining().await;
        app.announce_shutdown();
        if let Some(delay) = shutdown_delay {
            announce_delay(delay);
            run_until(stop.aborted(), tokio::time::sleep(delay)).await;
        }
    };
    run_until(
        stop_accepting,
        accept(&listener, connections.server(), &start),
    )
    .await;
    stopping(connections.requests());
    app.shut_down();
    connections.drain();
    for stream in listener.close() {
        start(stream);
    }

    let drain = async {
        connections.ended().await;
        app.drain().await;
    };
    let in_time = tokio::time::timeout(shutdown_timeout, run_until(stop.aborted(), drain)).await;
    let cut = match in_time {
        Ok(Some(())) => None,
        Ok(None) => Some(Cut::SecondSignal),
        Err(_) => Some(Cut::Deadline),
    };
    let requests = connections.requests();
    if cut.is_some() {
        app.cut_off();
        if requests > 0 {
            tracing::warn!(
                requests,
                "shutdown: aborted the requests that were still running"
            );
        }
        connections.abort();
        let _ = tokio::time::timeout(ABORT_GRACE, connections.ended()).await;
    }
    let wind_down = run_until(stop.given_up(), app.wind_down());
    let in_time = tokio::time::timeout(teardown_timeout, wind_down).await;
    Ok(ShutdownReport {
        cut,
        requests,
        is_wound_down: matches!(in_time, Ok(Some(()))),
    })
}

/// Says that a shutdown has begun, although nothing ends yet.
fn announce_delay(delay: Duration) {
    tracing::info!(
        ?delay,
        "accepting requests until the shutdown delay has passed"
    );
    crate::log::to_stderr(format_args!(
        "fastrs is stopping: accepting requests for another {delay:?}; a second signal stops it at once"
    ));
}

/// Accepts connections forever, as many at a time as the server may have. Errors of a single connection are skipped. When the process is out of descriptors, it
/// waits, since `accept` would fail again at once.
async fn accept(listener: &Listener, server: &ServerState, spawn: impl Fn(Stream)) -> Infallible {
    let mut exhausted = false;
    loop {
        let slot = server.slot().await;
        match listener.accept().await {
            Ok(stream) => {
                exhausted = false;
                if let Some(slot) = slot {
                    slot.forget();
                }
                spawn(stream);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if !std::mem::replace(&mut exhausted, true) {
                    tracing::error!(%error, "cannot accept connections for now");
                    crate::log::to_stderr(format_args!(
                        "ERROR cannot accept connections for now: {error}"
                    ));
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
