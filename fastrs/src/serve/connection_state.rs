//! What the server knows of a connection: its deadline, its requests in flight, what its task is to do next.
//!
//! hyper's own timer is armed and cleared once a request, which costs a small request a sixth of its
//! instructions. Here a request stores a number, and one thread compares all of them, a few times a second.

use std::convert::Infallible;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, fence};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};

use tokio::sync::mpsc;

use super::server_state::ServerState;
use crate::body::{BodyProgress, BodyState};

/// How long a connection reads on after an answer that came before the request's end, in milliseconds.
const LINGER: u32 = 2_000;

/// A bit of [`ConnectionState::signals`]: the deadline seems to have passed.
const TIMED_OUT: u8 = 1;
/// A bit of [`ConnectionState::signals`]: finish what was begun.
const DRAIN: u8 = 2;
/// A bit of [`ConnectionState::signals`]: drop everything.
const ABORT: u8 = 4;
/// A bit of [`ConnectionState::signals`]: there was nothing to do for a while.
const REST: u8 = 8;

/// One connection, as its transport, its service and the sweeping thread see it.
///
/// The first two run in the connection's own task (HTTP/2's streams aside), so every access is
/// relaxed: the sweep may see a value late, and the connection checks again before it acts on a signal.
#[derive(Debug)]
pub(super) struct ConnectionState {
    server: Arc<ServerState>,
    /// When to give up, in the server's milliseconds. Counts only while no request is in flight.
    deadline: AtomicU32,
    /// Requests whose answer has not been handed over to its last byte.
    in_flight: AtomicU32,
    /// A head has begun to come, and its deadline is set.
    reading_head: AtomicBool,
    /// What has become of the latest request's body. Always complete in HTTP/2.
    body: BodyProgress,
    /// The latest request, while it is in flight, is to be dropped when its client closes its side.
    cancels: AtomicBool,
    /// A line of a head ended without CR.
    has_invalid_head: AtomicBool,
    /// The socket did not take all that it was given last.
    unsent: AtomicBool,
    /// It holds the buffers of HTTP/1, and is not about to close.
    can_rest: AtomicBool,
    /// Set by the sweep and the shutdown for the connection's task.
    signals: AtomicU8,
    /// Wakes the connection's task. A task's waker never changes.
    waker: OnceLock<Waker>,
    /// Shutdown is over when the last of these is gone.
    _alive: mpsc::Sender<Infallible>,
}

/// What a connection's task is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    TimedOut,
    Drain,
    Abort,
    Rest,
}

impl ConnectionState {
    pub(super) fn new(server: Arc<ServerState>, alive: mpsc::Sender<Infallible>) -> Self {
        Self {
            deadline: AtomicU32::new(server.after(server.head_timeout)),
            in_flight: AtomicU32::new(0),
            reading_head: AtomicBool::new(true),
            body: BodyProgress::new(),
            cancels: AtomicBool::new(false),
            has_invalid_head: AtomicBool::new(false),
            unsent: AtomicBool::new(false),
            can_rest: AtomicBool::new(false),
            signals: AtomicU8::new(if server.is_draining() { DRAIN } else { 0 }),
            waker: OnceLock::new(),
            _alive: alive,
            server,
        }
    }

    pub(super) fn server(&self) -> &Arc<ServerState> {
        &self.server
    }

    /// Bytes of HTTP/1 came. Returns whether they are of a head; the first of a head start its deadline.
    #[inline]
    pub(super) fn bytes_read(&self) -> bool {
        if self.in_flight.load(Relaxed) != 0 {
            return false;
        }
        if self.reading_head.load(Relaxed) {
            return true;
        }
        match self.body.get() {
            // A body that is read after its answer: the connection is not idle.
            BodyState::Open => self.set_deadline(self.server.keep_alive_timeout),
            // hyper reads what little may be left of it.
            BodyState::Dropped => self.body.set(BodyState::Skipped),
            BodyState::Complete | BodyState::Skipped | BodyState::Unreliable => {
                self.reading_head.store(true, Relaxed);
                self.set_deadline(self.server.head_timeout);
                return true;
            }
        }
        false
    }

    /// What was read is not to be taken for a request.
    #[cold]
    pub(super) fn head_is_invalid(&self) {
        self.has_invalid_head.store(true, Relaxed);
    }

    #[inline]
    pub(super) fn has_invalid_head(&self) -> bool {
        self.has_invalid_head.load(Relaxed)
    }

    /// Bytes were sent: all that there were, or not. A client that takes an answer, however slowly, is not idle.
    #[inline]
    pub(super) fn bytes_written(&self, all: bool) {
        self.unsent.store(!all, Relaxed);
        if !self.reading_head.load(Relaxed) {
            self.set_deadline(self.server.keep_alive_timeout);
        }
    }

    /// There are bytes to send, and the socket takes none for now.
    pub(super) fn write_blocked(&self) {
        self.unsent.store(true, Relaxed);
    }

    /// HTTP/2 is spoken: from here on only requests move the deadline.
    pub(super) fn established(&self) {
        self.reading_head.store(false, Relaxed);
        self.set_deadline(self.server.keep_alive_timeout);
    }

    /// A head is complete: there is no deadline until the guard is dropped.
    #[inline]
    pub(super) fn start_request(self: &Arc<Self>) -> RequestGuard {
        self.in_flight.fetch_add(1, Relaxed);
        self.reading_head.store(false, Relaxed);
        self.cancels.store(false, Relaxed);
        RequestGuard(Arc::clone(self))
    }

    /// Another protocol is spoken from here on: the connection is in flight until its owner drops it.
    pub(super) fn upgraded(&self) {
        self.in_flight.fetch_add(1, Relaxed);
    }

    /// The latest request's body.
    #[inline]
    pub(super) fn body(&self) -> &BodyProgress {
        &self.body
    }

    /// The request in flight is dropped when its client closes its side.
    pub(super) fn cancel_on_disconnect(&self) {
        self.cancels.store(true, Relaxed);
    }

    #[inline]
    pub(super) fn cancels_on_disconnect(&self) -> bool {
        self.cancels.load(Relaxed) && self.in_flight.load(Relaxed) != 0
    }

    /// Whether a request is in flight, or its body is read on after its answer.
    fn is_busy(&self) -> bool {
        self.in_flight.load(Relaxed) != 0 || self.body.get() == BodyState::Open
    }

    /// Whether the client may still be sending although the connection closes; sets the deadline for that.
    pub(super) fn linger(&self) -> bool {
        let is_sending = self.body.get() != BodyState::Complete || self.reading_head.load(Relaxed);
        if is_sending {
            self.set_deadline(LINGER);
        }
        is_sending
    }

    /// Gives the task one more head's time before the next [`Signal::TimedOut`].
    #[cfg(feature = "http2")]
    pub(super) fn extend_deadline(&self) {
        self.set_deadline(self.server.head_timeout);
    }

    /// Whether [`Signal::Rest`] may be sent.
    pub(super) fn set_can_rest(&self, can_rest: bool) {
        self.can_rest.store(can_rest, Relaxed);
    }

    /// Whether the latest answer has left, and nothing has come since.
    fn is_idle(&self) -> bool {
        !self.is_busy()
            && !self.reading_head.load(Relaxed)
            && !self.unsent.load(Relaxed)
            // Of any other body hyper may have to read more.
            && matches!(self.body.get(), BodyState::Complete | BodyState::Skipped)
    }

    /// What the connection's task has to do now. All but `Abort` are reported once.
    #[inline]
    pub(super) fn poll_signal(&self, cx: &Context<'_>) -> Option<Signal> {
        if self.waker.get().is_none() {
            let _ = self.waker.set(cx.waker().clone());
            fence(SeqCst);
        }
        match self.signals.load(Relaxed) {
            0 => None,
            signals => self.take_signal(signals),
        }
    }

    #[cold]
    fn take_signal(&self, signals: u8) -> Option<Signal> {
        if signals & ABORT != 0 {
            return Some(Signal::Abort);
        }
        self.signals.fetch_and(!(TIMED_OUT | DRAIN | REST), Relaxed);
        // Between the sweep and now a request may have come.
        if signals & TIMED_OUT != 0 && self.is_due(self.server.now()) {
            return Some(Signal::TimedOut);
        }
        if signals & REST != 0 && self.can_rest.load(Relaxed) && self.is_idle() {
            return Some(Signal::Rest);
        }
        (signals & DRAIN != 0).then_some(Signal::Drain)
    }

    /// Called by the sweeping thread, with the server's time, and what that was at the last sweep.
    pub(super) fn sweep(&self, now: u32, before: u32) {
        if self.server.is_draining() && !self.is_busy() {
            // A request that is already on its way still gets its answer; then it is over.
            let soon = self.server.after(self.server.drain_grace);
            if is_later(self.deadline.load(Relaxed), soon) {
                self.deadline.store(soon, Relaxed);
            }
        }
        if self.is_due(now) {
            self.signal(TIMED_OUT);
        } else if self.can_rest.load(Relaxed)
            && self.is_idle()
            && is_later(before, self.idle_since())
        {
            self.signal(REST);
        }
    }

    /// When the latest answer's last bytes were sent, as the deadline tells.
    fn idle_since(&self) -> u32 {
        let deadline = self.deadline.load(Relaxed);
        deadline.wrapping_sub(self.server.keep_alive_timeout)
    }

    pub(super) fn drain(&self) {
        self.signal(DRAIN);
    }

    pub(super) fn abort(&self) {
        self.signal(ABORT);
    }

    fn signal(&self, signal: u8) {
        self.signals.fetch_or(signal, Relaxed);
        // Either we see the waker, or the task, which has just stored it, sees the signal.
        fence(SeqCst);
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    fn is_due(&self, now: u32) -> bool {
        self.in_flight.load(Relaxed) == 0 && !is_later(self.deadline.load(Relaxed), now)
    }

    #[inline]
    fn set_deadline(&self, timeout: u32) {
        self.deadline.store(self.server.after(timeout), Relaxed);
    }
}

/// The server's clock wraps after 49 days, so times compare by their distance.
fn is_later(time: u32, than: u32) -> bool {
    time.wrapping_sub(than).cast_signed() > 0
}

/// A request in flight: from its complete head until the last byte of its answer is handed over, or
/// its detached handler is done.
#[derive(Debug)]
pub(super) struct RequestGuard(Arc<ConnectionState>);

impl RequestGuard {
    pub(super) fn server(&self) -> &Arc<ServerState> {
        &self.0.server
    }

    #[inline]
    pub(super) fn body_state(&self) -> BodyState {
        self.0.body.get()
    }

    /// hyper is about to see that nobody reads the body any more.
    pub(super) fn skip_body(&self) {
        self.0.body.set(BodyState::Skipped);
    }

    /// There is an answer. If its bytes are ready, they are sent for as long as the client takes them.
    #[inline]
    pub(super) fn answered(&self, is_streaming: bool) {
        if !is_streaming {
            self.0.cancels.store(false, Relaxed);
        }
    }
}

impl Drop for RequestGuard {
    #[inline]
    fn drop(&mut self) {
        self.0.set_deadline(self.0.server.keep_alive_timeout);
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
