//! What the connections of one server share: its clock, its limits, its shutdown.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::config::ServeConfig;
use super::shutdown::{Stop, StopHandle};
use super::watch::Watch;
use crate::request::Shutdown;

/// During a drain, how long a connection without a request is kept for one that is on its way.
const DRAIN_GRACE: Duration = Duration::from_millis(500);

/// The server, as its connections see it.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) config: ServeConfig,
    started: Instant,
    /// Milliseconds since the start as of the last sweep: reading it costs a load, not a system clock.
    clock: AtomicU32,
    sweep_every: Duration,
    /// The timeouts in the clock's unit.
    pub(super) head_timeout: u32,
    pub(super) keep_alive_timeout: u32,
    pub(super) drain_grace: u32,
    draining: AtomicBool,
    /// Tells handlers and upgraded connections that outlive their connection's task.
    stop_handle: StopHandle,
    stop: Stop,
    /// Tells what outlives its request.
    shutdown: watch::Sender<bool>,
    connections: Mutex<Vec<Weak<Watch>>>,
}

impl Hub {
    pub(super) fn new(config: ServeConfig) -> Self {
        let shortest = config.head_timeout.min(config.keep_alive_timeout);
        let sweep_every =
            (shortest / 20).clamp(Duration::from_millis(5), Duration::from_millis(250));
        // The clock may be behind by one sweep: nobody is cut early.
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
            connections: Mutex::default(),
        }
    }

    /// Registers a new connection. `alive` is dropped with it.
    pub(super) fn watch(self: &Arc<Self>, alive: mpsc::Sender<Infallible>) -> Arc<Watch> {
        let watch = Arc::new(Watch::new(Arc::clone(self), alive));
        self.connections().push(Arc::downgrade(&watch));
        watch
    }

    /// Compares every connection's deadline with the time, until the returned guard is dropped.
    ///
    /// On a thread of its own: a timer of the runtime, however seldom it rings, makes each of its waits read
    /// the clock, which is 2 % of a small request.
    pub(super) fn start_sweeping(self: &Arc<Self>) -> io::Result<Sweeper> {
        let hub = Arc::clone(self);
        let sweep = move || {
            while !hub.is_aborted() {
                thread::park_timeout(hub.sweep_every);
                hub.sweep();
            }
        };
        let name = "fastrs-deadlines".to_owned();
        let thread = thread::Builder::new().name(name).spawn(sweep)?;
        Ok(Sweeper {
            hub: Arc::clone(self),
            thread: thread.thread().clone(),
        })
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

    #[inline]
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Relaxed)
    }

    pub(super) fn drain(&self) {
        self.draining.store(true, Relaxed);
        self.stop_handle.drain();
        self.shutdown.send_replace(true);
        self.each(&mut Watch::drain);
    }

    pub(super) fn abort(&self) {
        self.stop_handle.abort();
        self.each(&mut Watch::abort);
    }

    /// For what outlives its request.
    pub(super) fn shutdown(&self) -> Shutdown {
        Shutdown::of(&self.shutdown)
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.stop.is_aborted()
    }

    /// Resolves once everything is to be dropped.
    pub(super) async fn aborted(&self) {
        self.stop.aborted().await;
    }

    /// How many connections live on, in themselves or in a handler that was detached from them.
    pub(super) fn alive(&self) -> usize {
        self.connections()
            .iter()
            .filter(|watch| watch.strong_count() > 0)
            .count()
    }

    fn sweep(&self) {
        // Wraps after 49 days, as every use of it expects.
        let now = self.started.elapsed().as_millis() as u32;
        let before = self.clock.swap(now, Relaxed);
        self.each(&mut |watch| watch.sweep(now, before));
    }

    /// Visits the connections that live, and forgets the others.
    fn each(&self, visit: &mut dyn FnMut(&Watch)) {
        self.connections().retain(|watch| match watch.upgrade() {
            Some(watch) => {
                visit(&watch);
                true
            }
            None => false,
        });
    }

    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Watch>>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Times compare by their distance, so the longest timeout is 12 days: as good as for ever.
fn millis(timeout: Duration) -> u32 {
    const FOREVER: u32 = u32::MAX / 4;
    u32::try_from(timeout.as_millis()).map_or(FOREVER, |ms| ms.min(FOREVER))
}

/// Keeps the deadlines while it lives. Whoever drops it drops the server, so all connections go too.
#[derive(Debug)]
pub(super) struct Sweeper {
    hub: Arc<Hub>,
    thread: Thread,
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.hub.abort();
        self.thread.unpark();
    }
}
