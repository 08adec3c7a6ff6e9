//! The work that requests leave running.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::Notify;

/// The work that requests leave running, for which a shutdown waits. The requests of a mounted app carry the served
/// app's `RemainingWork` in their extensions, so that the server treats both alike.
#[derive(Debug, Default)]
pub(crate) struct RemainingWork {
    /// The lists of background tasks.
    pub(crate) tasks: TaskTracker,
    /// The requests whose exits run after the response, or after the request was cut off.
    pub(crate) exits: TaskTracker,
    /// The requests that have become WebSockets.
    #[cfg(feature = "websocket")]
    sockets: TaskTracker,
    /// Whether a shutdown has begun. From then on, the app and its mounts are not ready.
    is_stopping: AtomicBool,
}

impl RemainingWork {
    /// Records that a shutdown has begun.
    pub(crate) fn set_stopping(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    /// Returns whether a shutdown has begun.
    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Counts a task as running until the returned guard is dropped.
    pub(crate) fn count_task(self: &Arc<Self>) -> RunningTask {
        RunningTask::begin(self, |work| &work.tasks)
    }

    /// Counts the exits of a request as running until the returned guard is dropped.
    pub(crate) fn count_exits(self: &Arc<Self>) -> RunningTask {
        RunningTask::begin(self, |work| &work.exits)
    }

    /// Counts a WebSocket as open until the returned guard is dropped.
    #[cfg(feature = "websocket")]
    pub(crate) fn count_socket(self: &Arc<Self>) -> RunningTask {
        RunningTask::begin(self, |work| &work.sockets)
    }

    /// Returns the number of open WebSockets.
    #[cfg(all(feature = "metrics", feature = "websocket"))]
    pub(crate) fn open_sockets(&self) -> usize {
        self.sockets.running()
    }

    /// Waits until all WebSockets are closed, and then as [`idle`](Self::idle) does.
    pub(crate) async fn drained(&self) {
        #[cfg(feature = "websocket")]
        self.sockets.idle().await;
        self.idle().await;
    }

    /// Waits for the exits of all requests, and then for the background tasks, which exits may start.
    pub(crate) async fn idle(&self) {
        self.exits.idle().await;
        self.tasks.idle().await;
    }
}

/// A background task, or the exits of a request, until it is dropped.
pub(crate) struct RunningTask {
    work: Arc<RemainingWork>,
    tracker: fn(&RemainingWork) -> &TaskTracker,
}

impl RunningTask {
    fn begin(work: &Arc<RemainingWork>, tracker: fn(&RemainingWork) -> &TaskTracker) -> Self {
        tracker(work).begin();
        Self {
            work: work.clone(),
            tracker,
        }
    }
}

impl Drop for RunningTask {
    fn drop(&mut self) {
        (self.tracker)(&self.work).end();
    }
}

/// Counts tasks that have not ended, so that a shutdown or a test can wait for them.
#[derive(Debug)]
pub(crate) struct TaskTracker {
    running: AtomicUsize,
    /// Notifies of the end of the last task and of the deadline.
    changed: Notify,
    /// Whether the shutdown deadline has passed: nothing more is started.
    is_closed: AtomicBool,
}

impl TaskTracker {
    pub(crate) const fn new() -> Self {
        Self {
            running: AtomicUsize::new(0),
            changed: Notify::const_new(),
            is_closed: AtomicBool::new(false),
        }
    }

    /// Records that the shutdown deadline has passed.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Waits until the shutdown deadline has passed.
    #[cfg(any(feature = "cache", feature = "websocket"))]
    pub(crate) async fn closed(&self) {
        loop {
            let changed = self.changed.notified();
            if self.is_closed() {
                return;
            }
            changed.await;
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Returns the number of running tasks.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Acquire)
    }

    pub(crate) fn begin(&self) {
        self.running.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn end(&self) {
        if self.running.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.changed.notify_waiters();
        }
    }

    /// Waits until no task is left.
    pub(crate) async fn idle(&self) {
        loop {
            let changed = self.changed.notified();
            if self.running() == 0 {
                return;
            }
            changed.await;
        }
    }
}

impl Default for TaskTracker {
    fn default() -> Self {
        Self::new()
    }
}
