//! Stopping the server, on a signal or on request.

use std::io;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use super::runtime::run_on_own_runtime;
use crate::request::{BoxFuture, run_until};

/// How long after a second signal the process ends, whatever it is doing.
const EXIT_GRACE: Duration = Duration::from_secs(1);

/// How long connections may take to end after the order to drop everything. After a second signal, it is also the limit
/// for exits and teardowns.
pub(super) const ABORT_GRACE: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serve,
    Drain,
    Abort,
}

/// The receiving end of a shutdown: first the order to drain, then the order to abort.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<Phase>);

/// The sending end of a shutdown, which gives a [`Stop`] its orders.
#[derive(Clone, Debug)]
pub(crate) struct StopHandle(watch::Sender<Phase>);

impl Stop {
    /// Creates a `Stop` that the returned handle controls.
    pub(crate) fn new() -> (StopHandle, Self) {
        let (sender, receiver) = watch::channel(Phase::Serve);
        (StopHandle(sender), Self(receiver))
    }

    /// Drains on the first `SIGTERM` or `SIGINT`, and aborts on the second.
    ///
    /// From now on these signals no longer end the process, so anything that starts later can also be stopped cleanly.
    pub(crate) fn on_signals() -> io::Result<Self> {
        let mut signals = Signals::install()?;
        let (handle, stop) = Self::new();
        let listening: BoxFuture<'static, ()> = Box::pin(async move {
            signals.recv().await;
            tracing::info!("shutting down; a second signal ends the process at once");
            handle.drain();
            handle.clone().exit_on_signal();
            signals.recv().await;
            handle.abort();
        });
        tokio::spawn(listening);
        Ok(stop)
    }

    /// Resolves once the order to drain has been given.
    pub(crate) async fn draining(&self) {
        self.reached(Phase::Drain).await;
    }

    /// Resolves once the order to abort has been given.
    pub(crate) async fn aborted(&self) {
        self.reached(Phase::Abort).await;
    }

    /// Resolves a moment after the order to abort: whatever is still running by then is abandoned.
    pub(crate) async fn given_up(&self) {
        self.aborted().await;
        tokio::time::sleep(ABORT_GRACE).await;
    }

    /// Returns whether the order to abort has been given.
    pub(super) fn is_aborted(&self) -> bool {
        *self.0.borrow() == Phase::Abort
    }

    async fn reached(&self, phase: Phase) {
        let reached = self.0.clone().wait_for(|now| *now >= phase).await.is_ok();
        if !reached {
            // All handles have been dropped: no order can arrive.
            std::future::pending::<()>().await;
        }
    }
}

impl StopHandle {
    /// Orders the server to accept no more connections and to finish the requests in flight.
    pub(crate) fn drain(&self) {
        self.raise(Phase::Drain);
    }

    /// Orders the server to drop whatever is still running.
    pub(crate) fn abort(&self) {
        self.raise(Phase::Abort);
    }

    /// Ends the process soon after a second signal, even if blocking code keeps the runtime from doing so. It runs on
    /// its own thread, which ends with the server.
    fn exit_on_signal(self) {
        let wait = async move {
            let Ok(mut signals) = Signals::install() else {
                return;
            };
            if run_until(self.0.closed(), signals.recv()).await.is_none() {
                return;
            }
            self.abort();
            let grace = tokio::time::sleep(EXIT_GRACE);
            if run_until(self.0.closed(), grace).await.is_some() {
                crate::log::write_line("fastrs: ended by a second signal");
                std::process::exit(1);
            }
        };
        let listen: Box<dyn FnOnce() + Send> = Box::new(|| run_on_own_runtime(pin!(wait)));
        // If the thread cannot be started, a second signal still ends everything that does not block.
        let thread = thread::Builder::new().name("fastrs-signals".to_owned());
        thread.spawn(listen).ok();
    }

    fn raise(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let later = phase > *now;
            *now = phase.max(*now);
            later
        });
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn recv(&mut self) {
        std::future::poll_fn(|cx| {
            let terminate = self.terminate.poll_recv(cx).map(drop);
            if terminate.is_ready() {
                terminate
            } else {
                self.interrupt.poll_recv(cx).map(drop)
            }
        })
        .await;
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn install() -> io::Result<Self> {
        Ok(Self)
    }

    async fn recv(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
