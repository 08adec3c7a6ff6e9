//! What all connections of a server read: its limits, its clock, its shutdown.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::config::ServeConfig;
use super::shutdown::{Stop, StopHandle};
use crate::request::Shutdown;

/// During a drain, how long a connection without a request is kept for one that is on its way.
const DRAIN_GRACE: Duration = Duration::from_millis(500);

/// How often the connections are compared with the clock, at least: a connection rests that had nothing to do for once to
/// twice this time. The shorter it is, the fewer of many connections hold buffers, and the more often one has to build them anew.
const MAX_SWEEP_INTERVAL: Duration = Duration::from_millis(125);

/// The server, as its connections see it.
#[derive(Debug)]
pub(super) struct ServerState {
    pub(super) config: ServeConfig,
    started: Instant,
    /// Milliseconds since the start as of the last sweep: reading it costs a load, not a system clock.
    clock: AtomicU32,
    pub(super) sweep_every: Duration,
    /// The timeouts in the clock's unit.
    pub(super) head_timeout: u32,
    pub(super) keep_alive_timeout: u32,
    pub(super) drain_grace: u32,
    draining: AtomicBool,
    /// Tells handlers that outlive their connection to give up.
    stop_handle: StopHandle,
    stop: Stop,
    /// Tells what outlives its request.
    shutdown: watch::Sender<bool>,
}

impl ServerState {
    pub(super) fn new(config: ServeConfig) -> Self {
        let shortest = config.head_timeout.min(config.keep_alive_timeout);
        let sweep_every = (shortest / 20).clamp(Duration::from_millis(5), MAX_SWEEP_INTERVAL);
        // The clock may be behind by one sweep: no connection is closed early.
        let in_ms = |timeout: Duration| millis(timeout + sweep_every);
        let (stop_handle, stop) = Stop::new();
        Self {
            head_timeout: in_ms(config.head_timeout),
            keep_alive_timeout: in_ms(config.keep_alive_timeout),
            drain_grace: in_ms(DRAIN_GRACE.min(config.shutdown_timeout / 4)),
            config,
            started: Instant::now(),
            clock: AtomicU32::new(0),
            sweep_every,
            draining: AtomicBool::new(false),
            stop_handle,
            stop,
            shutdown: watch::Sender::new(false),
        }
    }

    /// The time of the last sweep, in milliseconds since the start, wrapping.
    #[inline]
    pub(super) fn now(&self) -> u32 {
        self.clock.load(Relaxed)
    }

    /// The time in so many milliseconds.
    #[inline]
    pub(super) fn after(&self, timeout: u32) -> u32 {
        self.now().wrapping_add(timeout)
    }

    /// Sets the clock, and returns the time of the last sweep and of this one.
    pub(super) fn tick(&self) -> (u32, u32) {
        // Wraps after 49 days, as every use of it expects.
        let now = self.started.elapsed().as_millis() as u32;
        (self.clock.swap(now, Relaxed), now)
    }

    #[inline]
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }

    pub(super) fn drain(&self) {
        self.draining.store(true, Relaxed);
        self.shutdown.send_replace(true);
    }

    pub(super) fn abort(&self) {
        self.stop_handle.abort();
        self.shutdown.send_replace(true);
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.stop.is_aborted()
    }

    /// Resolves once everything is to be dropped.
    pub(super) async fn aborted(&self) {
        self.stop.aborted().await;
    }

    /// For what outlives its request.
    pub(super) fn shutdown(&self) -> Shutdown {
        Shutdown::of(&self.shutdown)
    }
}

/// Times compare by their distance, so the longest timeout is 12 days: as good as forever.
fn millis(timeout: Duration) -> u32 {
    const FOREVER: u32 = u32::MAX / 4;
    u32::try_from(timeout.as_millis()).map_or(FOREVER, |ms| ms.min(FOREVER))
}
