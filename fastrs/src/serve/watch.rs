//! What the server knows of a connection: its deadline, its requests in flight, its orders.
//!
//! hyper's own timer is armed and cleared once a request, which costs a small request a sixth of its
//! instructions. Here a request stores a number, and one task compares all of them, a few times a second.

use std::convert::Infallible;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, fence};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};

use tokio::sync::mpsc;

use super::hub::Hub;
use crate::body::{BodyProgress, BodyState};

/// How long a connection reads on after an answer that came before the request's end, in milliseconds.
const LINGER: u32 = 2_000;

/// A bit of [`Watch::orders`]: the deadline seems to have passed.
const EXPIRED: u8 = 1;
/// A bit of [`Watch::orders`]: finish what was begun.
const DRAIN: u8 = 2;
/// A bit of [`Watch::orders`]: drop everything.
const ABORT: u8 = 4;
/// A bit of [`Watch::orders`]: nothing was to do for a while.
const REST: u8 = 8;

/// One connection, as its IO, its service and the sweeping task see it.
///
/// The first two run in the connection's own task (HTTP/2's streams aside), so every access is
/// relaxed: the sweep may see a value late, and the connection checks again before it obeys.
#[derive(Debug)]
pub(super) struct Watch {
    hub: Arc<Hub>,
    /// When to give up, in the hub's milliseconds. Counts only while no request is in flight.
    deadline: AtomicU32,
    /// Requests whose answer has not been handed over to its last byte.
    in_flight: AtomicU32,
    /// A head has begun to come, and its deadline is set.
    reading_head: AtomicBool,
    /// What has become of the latest request's body. Always complete in HTTP/2.
    body: BodyProgress,
    /// The request in flight is to be dropped when its client closes its side.
    cancels: AtomicBool,
    /// A line of a head ended without CR.
    distrusted: AtomicBool,
    /// The socket did not take all that it was given last.
    unsent: AtomicBool,
    /// Of HTTP/1, and neither at rest nor about to close.
    may_rest: AtomicBool,
    /// Set by the sweep and the shutdown, obeyed by the connection's task.
    orders: AtomicU8,
    /// Wakes the connection's task. A task's waker never changes.
    waker: OnceLock<Waker>,
    /// Shutdown is over when the last of these is gone.
    _alive: mpsc::Sender<Infallible>,
}

/// A connection's order to its task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Expired,
    Drain,
    Abort,
    Rest,
}

impl Watch {
    pub(super) fn new(hub: Arc<Hub>, alive: mpsc::Sender<Infallible>) -> Self {
        Self {
            deadline: AtomicU32::new(hub.after(hub.head_timeout)),
            in_flight: AtomicU32::new(0),
            reading_head: AtomicBool::new(true),
            body: BodyProgress::new(),
            cancels: AtomicBool::new(false),
            distrusted: AtomicBool::new(false),
            unsent: AtomicBool::new(false),
            may_rest: AtomicBool::new(false),
            orders: AtomicU8::new(if hub.is_draining() { DRAIN } else { 0 }),
            waker: OnceLock::new(),
            _alive: alive,
            hub,
        }
    }

    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Bytes of HTTP/1 came: of a head, or of a body? The first of a head start its deadline.
    #[inline]
    pub(super) fn bytes_read(&self) -> bool {
        if self.in_flight.load(Relaxed) != 0 {
            return false;
        }
        if self.reading_head.load(Relaxed) {
            return true;
        }
        match self.body.get() {
            // A body that is read after its answer: no idle connection.
            BodyState::Open => self.set_deadline(self.hub.keep_alive_timeout),
            // hyper reads what little may be left of it.
            BodyState::Dropped => self.body.set(BodyState::Skipped),
            BodyState::Complete | BodyState::Skipped | BodyState::Unreliable => {
                self.reading_head.store(true, Relaxed);
                self.set_deadline(self.hub.head_timeout);
                return true;
            }
        }
        false
    }

    /// What was read is not to be taken for a request.
    #[cold]
    pub(super) fn distrust(&self) {
        self.distrusted.store(true, Relaxed);
    }

    #[inline]
    pub(super) fn is_distrusted(&self) -> bool {
        self.distrusted.load(Relaxed)
    }

    /// Bytes went: the whole of what there was, or not. An answer that is taken, however slowly, is no idle
    /// connection.
    #[inline]
    pub(super) fn bytes_written(&self, whole: bool) {
        self.unsent.store(!whole, Relaxed);
        if !self.reading_head.load(Relaxed) {
            self.set_deadline(self.hub.keep_alive_timeout);
        }
    }

    /// Bytes are to go, and cannot for now.
    pub(super) fn blocked(&self) {
        self.unsent.store(true, Relaxed);
    }

    /// HTTP/2 is spoken: from here on only requests move the deadline.
    pub(super) fn established(&self) {
        self.reading_head.store(false, Relaxed);
        self.set_deadline(self.hub.keep_alive_timeout);
    }

    /// A head is complete: no deadline until the permit is dropped.
    #[inline]
    pub(super) fn begin(self: &Arc<Self>) -> Permit {
        self.in_flight.fetch_add(1, Relaxed);
        self.reading_head.store(false, Relaxed);
        self.cancels.store(false, Relaxed);
        Permit(Arc::clone(self))
    }

    /// It speaks another protocol from here on: in flight until its owner drops it.
    pub(super) fn upgraded(&self) {
        self.in_flight.fetch_add(1, Relaxed);
    }

    /// The latest request's body.
    #[inline]
    pub(super) fn body(&self) -> &BodyProgress {
        &self.body
    }

    /// The request in flight is dropped when its client closes its side.
    pub(super) fn cancel_at_end(&self) {
        self.cancels.store(true, Relaxed);
    }

    #[inline]
    pub(super) fn cancels(&self) -> bool {
        self.cancels.load(Relaxed)
    }

    /// Whether a request is in flight, or its body read on after its answer.
    fn is_busy(&self) -> bool {
        self.in_flight.load(Relaxed) != 0 || self.body.get() == BodyState::Open
    }

    /// Whether the client may still be sending although we close; sets the deadline for that.
    pub(super) fn linger(&self) -> bool {
        let sending = self.body.get() != BodyState::Complete || self.reading_head.load(Relaxed);
        if sending {
            self.set_deadline(LINGER);
        }
        sending
    }

    /// Gives the task one more head's time before the next [`Order::Expired`].
    #[cfg(feature = "http2")]
    pub(super) fn extend(&self) {
        self.set_deadline(self.hub.head_timeout);
    }

    /// Whether [`Order::Rest`] may be given.
    pub(super) fn may_rest(&self, may: bool) {
        self.may_rest.store(may, Relaxed);
    }

    /// Whether the latest answer has left, and nothing has come since.
    fn is_quiet(&self) -> bool {
        self.may_rest.load(Relaxed)
            && !self.is_busy()
            && !self.reading_head.load(Relaxed)
            && !self.unsent.load(Relaxed)
            // Of any other body hyper may have to read more.
            && matches!(self.body.get(), BodyState::Complete | BodyState::Skipped)
    }

    /// What the connection's task has to do now. All but `Abort` are reported once.
    #[inline]
    pub(super) fn order(&self, cx: &Context<'_>) -> Option<Order> {
        if self.waker.get().is_none() {
            let _ = self.waker.set(cx.waker().clone());
            fence(SeqCst);
        }
        match self.orders.load(Relaxed) {
            0 => None,
            orders => self.obey(orders),
        }
    }

    #[cold]
    fn obey(&self, orders: u8) -> Option<Order> {
        if orders & ABORT != 0 {
            return Some(Order::Abort);
        }
        self.orders.fetch_and(!(EXPIRED | DRAIN | REST), Relaxed);
        // Between the sweep and now a request may have come.
        if orders & EXPIRED != 0 && self.is_due(self.hub.now()) {
            return Some(Order::Expired);
        }
        if orders & REST != 0 && self.is_quiet() {
            return Some(Order::Rest);
        }
        (orders & DRAIN != 0).then_some(Order::Drain)
    }

    /// Called by the sweeping task, with the hub's time, and what that was at the last sweep.
    pub(super) fn sweep(&self, now: u32, before: u32) {
        if self.hub.is_draining() && !self.is_busy() {
            // A request that is already on its way still gets its answer; then it is over.
            let soon = self.hub.after(self.hub.drain_grace);
            if is_later(self.deadline.load(Relaxed), soon) {
                self.deadline.store(soon, Relaxed);
            }
        }
        if self.is_due(now) {
            self.give(EXPIRED);
        } else if self.is_quiet() && is_later(before, self.quiet_since()) {
            self.give(REST);
        }
    }

    /// When the latest answer's last bytes went, as the deadline tells.
    fn quiet_since(&self) -> u32 {
        let deadline = self.deadline.load(Relaxed);
        deadline.wrapping_sub(self.hub.keep_alive_timeout)
    }

    pub(super) fn drain(&self) {
        self.give(DRAIN);
    }

    pub(super) fn abort(&self) {
        self.give(ABORT);
    }

    fn give(&self, order: u8) {
        self.orders.fetch_or(order, Relaxed);
        // Either we see the waker, or the task, which has just stored it, sees the order.
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
        self.deadline.store(self.hub.after(timeout), Relaxed);
    }
}

/// The hub's clock wraps after 49 days, so times compare by their distance.
fn is_later(time: u32, than: u32) -> bool {
    time.wrapping_sub(than).cast_signed() > 0
}

/// A request in flight: from its complete head until the last byte of its answer is handed over, or
/// its detached handler is done.
#[derive(Debug)]
pub(super) struct Permit(Arc<Watch>);

impl Permit {
    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.0.hub
    }

    #[inline]
    pub(super) fn body_state(&self) -> BodyState {
        self.0.body.get()
    }

    /// hyper is about to see that nobody reads the body any more.
    pub(super) fn skip_body(&self) {
        self.0.body.set(BodyState::Skipped);
    }

    /// There is an answer. Of one whose bytes are ready the client gets all it takes.
    #[inline]
    pub(super) fn answered(&self, is_streaming: bool) {
        if !is_streaming {
            self.0.cancels.store(false, Relaxed);
        }
    }
}

impl Drop for Permit {
    #[inline]
    fn drop(&mut self) {
        self.0.set_deadline(self.0.hub.keep_alive_timeout);
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
