//! State shared by all connections of a server: its limits, its clock, its shutdown.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
#[cfg(feature = "metrics")]
use std::sync::{Arc, atomic::AtomicU64};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::config::ServeConfig;
use super::shutdown::{Stop, StopHandle};
#[cfg(feature = "metrics")]
use crate::metrics::Metrics;
use crate::request::{Shutdown, TaskTracker};

/// How long a drain keeps a connection without a request open, in case a request is on its way.
const DRAIN_GRACE: Duration = Duration::from_millis(500);

/// The longest interval between two sweeps. A connection rests after it has been idle for one to two intervals. With
/// a shorter interval, fewer idle connections hold buffers, but buffers are rebuilt more often.
const MAX_SWEEP_INTERVAL: Duration = Duration::from_millis(125);

/// The keep-alive timeout while there are many connections.
const CROWDED_KEEP_ALIVE: Duration = Duration::from_secs(5);

/// The minimum interval between two log lines about the same limit, in milliseconds.
const LOG_INTERVAL: u32 = 10_000;

/// The server as seen by its connections.
#[derive(Debug)]
pub(super) struct ServerState {
    pub(super) config: ServeConfig,
    /// Milliseconds from the start to the last sweep: reading it costs a load instead of a system clock call.
    clock: AtomicU32,
    pub(super) sweep_every: Duration,
    /// The timeouts in the clock's unit.
    pub(super) head_timeout: u32,
    pub(super) send_timeout: u32,
    pub(super) keep_alive_timeout: u32,
    pub(super) drain_grace: u32,
    /// The number of handlers that wait for something other than their client.
    in_flight: AtomicUsize,
    overload_logged: LogTime,
    /// The number of connections that may still be accepted.
    slots: Semaphore,
    slots_logged: LogTime,
    /// The number of connections above which idle ones are closed sooner, and by how much.
    crowd: usize,
    pub(super) crowded_cut: u32,
    draining: AtomicBool,
    /// Counts the connections, each until the last handler that was detached from it has ended.
    pub(super) connections: TaskTracker,
    /// Signals handlers that outlive their connection to stop.
    stop_handle: StopHandle,
    stop: Stop,
    /// Signals the shutdown to work that outlives its request.
    shutdown: watch::Sender<bool>,
    /// What the server counts, if anything.
    #[cfg(feature = "metrics")]
    metrics: Option<Metrics>,
}

impl ServerState {
    pub(super) fn new(config: ServeConfig) -> Self {
        let shortest = config
            .head_timeout
            .min(config.send_timeout)
            .min(config.keep_alive_timeout)
            .min(config.handler_timeout);
        let sweep_every = (shortest / 20).clamp(Duration::from_millis(5), MAX_SWEEP_INTERVAL);
        let in_ms = |timeout| with_margin(timeout, sweep_every);
        // A semaphore panics if it has more permits than it supports.
        let max_connections = config.max_connections.min(u32::MAX as usize);
        let crowded_cut =
            in_ms(config.keep_alive_timeout).saturating_sub(in_ms(CROWDED_KEEP_ALIVE));
        let (stop_handle, stop) = Stop::new();
        Self {
            head_timeout: in_ms(config.head_timeout),
            send_timeout: in_ms(config.send_timeout),
            keep_alive_timeout: in_ms(config.keep_alive_timeout),
            drain_grace: in_ms(DRAIN_GRACE.min(config.shutdown_timeout / 4)),
            config,
            clock: AtomicU32::new(0),
            sweep_every,
            in_flight: AtomicUsize::new(0),
            overload_logged: LogTime::never(),
            slots: Semaphore::new(max_connections),
            slots_logged: LogTime::never(),
            crowd: max_connections - max_connections / 5,
            crowded_cut,
            draining: AtomicBool::new(false),
            connections: TaskTracker::new(),
            stop_handle,
            stop,
            shutdown: watch::Sender::new(false),
            #[cfg(feature = "metrics")]
            metrics: None,
        }
    }

    /// Counts what happens.
    #[cfg(feature = "metrics")]
    pub(super) fn counting(self, metrics: Option<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    /// Converts a timeout to the clock's unit.
    pub(super) fn in_ms(&self, timeout: Duration) -> u32 {
        with_margin(timeout, self.sweep_every)
    }

    /// Returns the time of the last sweep, in wrapping milliseconds since the start.
    #[inline]
    pub(super) fn now(&self) -> u32 {
        self.clock.load(Relaxed)
    }

    /// Returns the time after the given number of milliseconds.
    #[inline]
    pub(super) fn after(&self, timeout: u32) -> u32 {
        self.now().wrapping_add(timeout)
    }

    /// Sets the clock, and returns the time of the previous sweep and of this one.
    pub(super) fn tick(&self, time: Duration) -> (u32, u32) {
        // Wraps after 49 days, which every use accounts for.
        let now = time.as_millis() as u32;
        (self.clock.swap(now, Relaxed), now)
    }

    /// Returns whether as many handlers wait as may.
    #[inline]
    pub(super) fn is_overloaded(&self) -> bool {
        self.in_flight.load(Relaxed) >= self.config.max_in_flight
    }

    pub(super) fn handler_waits(&self) {
        self.in_flight.fetch_add(1, Relaxed);
    }

    pub(super) fn handler_ended(&self) {
        self.in_flight.fetch_sub(1, Relaxed);
    }

    /// Records that a request is refused, which is logged at most once in ten seconds.
    #[cold]
    pub(super) fn shed(&self) {
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &self.metrics {
            metrics.server().shed.fetch_add(1, Relaxed);
        }
        if self.overload_logged.is_due(self.now()) {
            let max_in_flight = self.config.max_in_flight;
            tracing::warn!(max_in_flight, "too many requests in flight, refusing more");
            crate::log::to_stderr(format_args!(
                "WARN {max_in_flight} requests are in flight, and more get a 503"
            ));
        }
    }

    /// Waits until another connection may be accepted. The permit is forgotten with each connection, and returned at
    /// its end.
    pub(super) async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(slot) = self.slots.try_acquire() {
            return Some(slot);
        }
        if self.slots_logged.is_due(self.now()) {
            let max_connections = self.config.max_connections;
            tracing::warn!(max_connections, "too many connections, accepting none");
            crate::log::to_stderr(format_args!(
                "WARN {max_connections} connections are open, and more have to wait"
            ));
        }
        self.slots.acquire().await.ok()
    }

    /// Returns the counter of bodies that stalled or were too slow.
    #[cfg(feature = "metrics")]
    pub(super) fn body_timeouts(&self) -> Option<Arc<AtomicU64>> {
        let metrics = self.metrics.as_ref()?;
        Some(metrics.server().body_timeouts.clone())
    }

    pub(super) fn connection_began(&self) {
        self.connections.begin();
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &self.metrics {
            metrics.server().connection_began();
        }
    }

    pub(super) fn connection_ended(&self) {
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &self.metrics {
            metrics.server().connection_ended();
        }
        self.slots.add_permits(1);
        self.connections.end();
    }

    /// Returns whether idle connections are closed sooner. During a drain, they have another deadline.
    pub(super) fn is_crowded(&self) -> bool {
        self.connections.running() > self.crowd && !self.is_draining()
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

    /// Resolves once everything must be dropped.
    pub(super) async fn aborted(&self) {
        self.stop.aborted().await;
    }

    /// Returns the shutdown signal for work that outlives its request.
    pub(super) fn shutdown(&self) -> Shutdown {
        Shutdown::subscribe(&self.shutdown)
    }
}

/// When a line was last logged that is logged at most once in ten seconds.
#[derive(Debug)]
struct LogTime(AtomicU32);

impl LogTime {
    fn never() -> Self {
        Self(AtomicU32::new(0_u32.wrapping_sub(LOG_INTERVAL)))
    }

    /// Returns whether the line is logged now.
    fn is_due(&self, now: u32) -> bool {
        let logged = self.0.load(Relaxed);
        now.wrapping_sub(logged) >= LOG_INTERVAL
            && self
                .0
                .compare_exchange(logged, now, Relaxed, Relaxed)
                .is_ok()
    }
}

/// Converts a timeout to milliseconds, with a margin so that nothing ends early: the clock may lag by one sweep.
fn with_margin(timeout: Duration, sweep_every: Duration) -> u32 {
    millis(timeout.saturating_add(sweep_every))
}

/// Converts a timeout to milliseconds. Times are compared by their distance, so the maximum is 12 days, which is
/// effectively forever.
fn millis(timeout: Duration) -> u32 {
    const FOREVER: u32 = u32::MAX / 4;
    u32::try_from(timeout.as_millis()).map_or(FOREVER, |ms| ms.min(FOREVER))
}
