//! The state of a connection: its deadline, its requests in flight, and the pending signals for its task.
//!
//! hyper's own timer is armed and cleared once per request, which costs a small request a sixth of its instructions.
//! Here a request stores a number, and one thread compares all of them a few times per second.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, fence};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};

use super::framing::Invalid;
use super::server_state::ServerState;
use crate::body::{BodyProgress, BodyState};

/// How long a connection keeps reading after a response that was sent before the request ended, in milliseconds.
const LINGER: u32 = 2_000;

/// A bit of [`ConnectionState::signals`]: the deadline appears to have passed.
const TIMED_OUT: u8 = 1;
/// A bit of [`ConnectionState::signals`]: finish the requests in flight, then close.
const DRAIN: u8 = 2;
/// A bit of [`ConnectionState::signals`]: drop everything.
const ABORT: u8 = 4;
/// A bit of [`ConnectionState::signals`]: the connection has been idle for a while.
const REST: u8 = 8;

/// A value of [`ConnectionState::sending`]: the socket has accepted everything.
const SENT: u8 = 0;
/// A value of [`ConnectionState::sending`]: the socket did not accept all bytes of the last write.
const UNSENT: u8 = 1;
/// A value of [`ConnectionState::sending`]: there are bytes to send, but the socket accepts none.
const BLOCKED: u8 = 2;
/// A value of [`ConnectionState::sending`]: the socket has accepted none for too long, and the connection ends.
const STALLED: u8 = 3;

/// The state that a connection's transport, its service and the sweeping thread share.
///
/// The first two run in the connection's own task (except HTTP/2 streams), so every access is relaxed: the sweep may
/// see a stale value, and the connection checks again before it acts on a signal.
#[derive(Debug)]
pub(super) struct ConnectionState {
    server: Arc<ServerState>,
    /// When to time out, in the server's milliseconds. It only counts while no request is in flight.
    deadline: AtomicU32,
    /// The number of requests whose response has not yet been handed over completely.
    in_flight: AtomicU32,
    /// Whether part of a head has arrived, so that the deadline for heads is set.
    reading_head: AtomicBool,
    /// The state of the latest request's body. Always complete in HTTP/2.
    body: BodyProgress,
    /// Whether the latest request, while in flight, is dropped when its client closes its side.
    cancels: AtomicBool,
    /// The number of requests that have started.
    started: AtomicU64,
    /// The first request whose framing is invalid; no request follows it.
    refused: OnceLock<Invalid>,
    is_upgraded: AtomicBool,
    /// Whether a TLS handshake has begun and not ended.
    handshaking: AtomicBool,
    /// Whether the connection is about to close, which the deadline is for.
    is_closing: AtomicBool,
    /// Whether the client takes what is sent to it.
    sending: AtomicU8,
    /// When the client has taken nothing for too long, in the server's milliseconds. It only counts while `sending` is
    /// `BLOCKED`.
    send_deadline: AtomicU32,
    /// When the handler of an HTTP/1 request has taken too long, in the server's milliseconds. It only counts while
    /// `has_pending_handler`.
    handler_deadline: AtomicU32,
    has_pending_handler: AtomicBool,
    /// Whether the connection holds HTTP/1 buffers and is not about to close.
    can_rest: AtomicBool,
    /// Set by the sweep and the shutdown, for the connection's task.
    signals: AtomicU8,
    /// Wakes the connection's task. A task's waker never changes.
    waker: OnceLock<Waker>,
}

/// A signal to a connection's task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    TimedOut,
    Drain,
    Abort,
    Rest,
}

impl ConnectionState {
    pub(super) fn new(server: Arc<ServerState>) -> Self {
        server.connection_began();
        Self {
            deadline: AtomicU32::new(server.after(server.head_timeout)),
            in_flight: AtomicU32::new(0),
            reading_head: AtomicBool::new(true),
            body: BodyProgress::new(
                server.config.body_timeout,
                server.config.min_body_rate,
                #[cfg(feature = "metrics")]
                server.body_timeouts(),
            ),
            cancels: AtomicBool::new(false),
            started: AtomicU64::new(0),
            refused: OnceLock::new(),
            is_upgraded: AtomicBool::new(false),
            handshaking: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            sending: AtomicU8::new(SENT),
            send_deadline: AtomicU32::new(0),
            handler_deadline: AtomicU32::new(0),
            has_pending_handler: AtomicBool::new(false),
            can_rest: AtomicBool::new(false),
            signals: AtomicU8::new(if server.is_draining() { DRAIN } else { 0 }),
            waker: OnceLock::new(),
            server,
        }
    }

    pub(super) fn server(&self) -> &Arc<ServerState> {
        &self.server
    }

    /// Records that HTTP/1 bytes arrived; the first bytes of a head start its deadline. Returns whether they are still
    /// HTTP, and not another protocol after an upgrade.
    #[inline]
    pub(super) fn bytes_read(&self) -> bool {
        if self.in_flight.load(Relaxed) != 0 {
            return !self.is_upgraded.load(Relaxed);
        }
        if self.reading_head.load(Relaxed) {
            return true;
        }
        match self.body.get() {
            // The body is still being read after its response, so the connection is not idle.
            BodyState::Open => self.set_deadline(self.server.keep_alive_timeout),
            // hyper reads the small rest of the body, if any.
            BodyState::Dropped => self.body.set(BodyState::Skipped),
            BodyState::Complete | BodyState::Skipped | BodyState::Unreliable => {
                self.reading_head.store(true, Relaxed);
                self.set_deadline(self.server.head_timeout);
            }
        }
        true
    }

    /// Refuses a request, and all after it. Returns whether it has yet to start.
    #[cold]
    pub(super) fn refuse(&self, invalid: Invalid) -> bool {
        let _ = self.refused.set(invalid);
        self.started.load(Relaxed) <= invalid.request()
    }

    /// Returns why the request that started last is refused, if it is.
    #[inline]
    pub(super) fn refusal(&self) -> Option<Invalid> {
        let invalid = *self.refused.get()?;
        (self.started.load(Relaxed) > invalid.request()).then_some(invalid)
    }

    /// Records that the socket accepted bytes, all of them or only some. A client that receives a response, however
    /// slowly, is not idle.
    #[inline]
    pub(super) fn bytes_written(&self, all: bool, is_http1: bool) {
        self.sending.store(if all { SENT } else { UNSENT }, Relaxed);
        // In HTTP/2, only requests move the deadline.
        if is_http1 && !self.reading_head.load(Relaxed) {
            self.set_deadline(self.server.keep_alive_timeout);
        }
    }

    /// Records that there are bytes to send, but the socket currently accepts none. Returns whether that has been so
    /// for too long.
    #[cold]
    pub(super) fn write_blocked(&self) -> bool {
        if self.sending.load(Relaxed) < BLOCKED {
            let deadline = self.server.after(self.server.send_timeout);
            self.send_deadline.store(deadline, Relaxed);
            self.sending.store(BLOCKED, Relaxed);
        } else if self.is_send_due(self.server.now()) {
            self.sending.store(STALLED, Relaxed);
        }
        self.is_stalled()
    }

    /// Returns whether there are bytes that the socket has not accepted yet.
    pub(super) fn has_unsent(&self) -> bool {
        self.sending.load(Relaxed) != SENT
    }

    fn is_stalled(&self) -> bool {
        self.sending.load(Relaxed) == STALLED
    }

    /// Logs why the connection failed.
    pub(super) fn log_failure(&self, error: &hyper::Error) {
        if self.is_stalled() {
            let send_timeout = self.server.config.send_timeout;
            tracing::info!(
                ?send_timeout,
                "reset a connection whose client read nothing"
            );
        } else {
            tracing::debug!(%error, "connection failed");
        }
    }

    /// Returns whether the client has taken nothing for too long. After an upgrade, the owner of the connection
    /// decides.
    fn is_send_due(&self, now: u32) -> bool {
        self.sending.load(Relaxed) == BLOCKED
            && !is_later(self.send_deadline.load(Relaxed), now)
            && !self.is_upgraded.load(Relaxed)
    }

    /// Sets when the task is woken because its handler has taken too long.
    pub(super) fn set_handler_deadline(&self, deadline: u32) {
        self.handler_deadline.store(deadline, Relaxed);
        self.has_pending_handler.store(true, Relaxed);
    }

    pub(super) fn clear_handler_deadline(&self) {
        self.has_pending_handler.store(false, Relaxed);
    }

    fn is_handler_due(&self, now: u32) -> bool {
        self.has_pending_handler.load(Relaxed)
            && !is_later(self.handler_deadline.load(Relaxed), now)
    }

    /// Records that the connection uses HTTP/2: from now on, only requests move the deadline.
    pub(super) fn established(&self) {
        self.reading_head.store(false, Relaxed);
        self.set_deadline(self.server.keep_alive_timeout);
    }

    /// Records that a head is complete: there is no deadline until the guard is dropped.
    #[inline]
    pub(super) fn start_request(self: &Arc<Self>) -> RequestGuard {
        self.in_flight.fetch_add(1, Relaxed);
        // Only HTTP/2 starts requests on several threads, and it does not need the number.
        self.started.store(self.started.load(Relaxed) + 1, Relaxed);
        self.reading_head.store(false, Relaxed);
        self.cancels.store(false, Relaxed);
        RequestGuard(Arc::clone(self))
    }

    /// Records an upgrade to another protocol: the connection is in flight until its owner drops it.
    pub(super) fn upgraded(&self) {
        self.is_upgraded.store(true, Relaxed);
        self.in_flight.fetch_add(1, Relaxed);
    }

    /// Returns the state of the latest request's body.
    #[inline]
    pub(super) fn body(&self) -> &BodyProgress {
        &self.body
    }

    /// Causes the request in flight to be dropped when its client closes its side.
    pub(super) fn cancel_on_disconnect(&self) {
        self.cancels.store(true, Relaxed);
    }

    #[inline]
    pub(super) fn cancels_on_disconnect(&self) -> bool {
        self.cancels.load(Relaxed) && self.in_flight.load(Relaxed) != 0
    }

    /// Returns the number of requests in flight.
    pub(super) fn requests(&self) -> usize {
        self.in_flight.load(Relaxed) as usize
    }

    /// Returns whether a request is in flight, or its body is still being read after its response.
    fn is_busy(&self) -> bool {
        self.in_flight.load(Relaxed) != 0 || self.body.get() == BodyState::Open
    }

    /// Returns whether the client may still be sending although the connection closes, and sets the deadline for
    /// that.
    pub(super) fn linger(&self) -> bool {
        let is_sending = self.body.get() != BodyState::Complete || self.reading_head.load(Relaxed);
        if is_sending {
            self.is_closing.store(true, Relaxed);
            self.set_deadline(LINGER);
        }
        is_sending
    }

    /// Returns whether the client has had its time to stop sending.
    pub(super) fn has_lingered(&self) -> bool {
        self.is_due(self.server.now())
    }

    /// Sets the deadline to one head timeout from now.
    #[cfg(any(feature = "http2", feature = "tls"))]
    pub(super) fn extend_deadline(&self) {
        self.is_closing.store(true, Relaxed);
        self.set_deadline(self.server.head_timeout);
    }

    /// Sets whether a TLS handshake is in progress: a drain does not shorten its deadline.
    #[cfg(feature = "tls")]
    pub(super) fn set_handshaking(&self, handshaking: bool) {
        self.handshaking.store(handshaking, Relaxed);
    }

    /// Sets whether [`Signal::Rest`] may be sent.
    pub(super) fn set_can_rest(&self, can_rest: bool) {
        self.can_rest.store(can_rest, Relaxed);
    }

    /// Returns whether the latest response has been sent and nothing has arrived since.
    fn is_idle(&self) -> bool {
        !self.is_busy()
            && !self.reading_head.load(Relaxed)
            && !self.is_closing.load(Relaxed)
            && !self.has_unsent()
            // With any other body, hyper may have to read more.
            && matches!(self.body.get(), BodyState::Complete | BodyState::Skipped)
    }

    /// Returns the next signal for the connection's task. Every signal except `Abort` is reported once.
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
        // A request may have arrived since the sweep.
        if signals & TIMED_OUT != 0 && self.is_due(self.server.now()) {
            return Some(Signal::TimedOut);
        }
        if signals & REST != 0 && self.can_rest.load(Relaxed) && self.is_idle() {
            return Some(Signal::Rest);
        }
        (signals & DRAIN != 0).then_some(Signal::Drain)
    }

    /// Checks the deadline. The sweeping thread calls it with the server's current time and the time of the previous
    /// sweep.
    pub(super) fn sweep(&self, now: u32, before: u32) {
        let is_waited_for = self.is_busy() || self.handshaking.load(Relaxed);
        if self.server.is_draining() && !is_waited_for {
            // A request that is already on its way still gets its response; then the connection closes.
            let soon = self.server.after(self.server.drain_grace);
            if is_later(self.deadline.load(Relaxed), soon) {
                self.deadline.store(soon, Relaxed);
            }
        }
        if self.is_send_due(now) || self.is_handler_due(now) {
            // The task tries once more to write, or to get a response.
            self.wake();
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

    /// Returns when the last bytes of the latest response were sent, derived from the deadline.
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
        self.wake();
    }

    fn wake(&self) {
        // Either this thread sees the waker, or the task, which has just stored it, sees the signal.
        fence(SeqCst);
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    fn is_due(&self, now: u32) -> bool {
        self.in_flight.load(Relaxed) == 0 && !is_later(self.deadline(), now)
    }

    /// Returns the deadline, which is earlier for an idle connection while there are many connections.
    fn deadline(&self) -> u32 {
        let cut = match self.server.is_crowded() && self.is_idle() {
            true => self.server.crowded_cut,
            false => 0,
        };
        self.deadline.load(Relaxed).wrapping_sub(cut)
    }

    #[inline]
    fn set_deadline(&self, timeout: u32) {
        self.deadline.store(self.server.after(timeout), Relaxed);
    }
}

impl Drop for ConnectionState {
    fn drop(&mut self) {
        self.server.connection_ended();
    }
}

/// Compares two times by their distance, since the server's clock wraps after 49 days.
fn is_later(time: u32, than: u32) -> bool {
    time.wrapping_sub(than).cast_signed() > 0
}

/// A request in flight: from its complete head until the last byte of its response is handed over, or until its
/// detached handler is done.
#[derive(Debug)]
pub(super) struct RequestGuard(Arc<ConnectionState>);

impl RequestGuard {
    pub(super) fn server(&self) -> &Arc<ServerState> {
        &self.0.server
    }

    pub(super) fn connection(&self) -> &Arc<ConnectionState> {
        &self.0
    }

    #[inline]
    pub(super) fn body_state(&self) -> BodyState {
        self.0.body.get()
    }

    /// Records that hyper is about to notice that the body is no longer read.
    pub(super) fn skip_body(&self) {
        self.0.body.set(BodyState::Skipped);
    }

    /// Records that the bytes of the response are ready: they are sent as long as the client accepts them.
    #[inline]
    pub(super) fn response_ready(&self) {
        self.0.cancels.store(false, Relaxed);
    }

    /// Records that the response is a stream that is dropped when its client closes its side.
    pub(super) fn stream_ready(&self) {
        self.0.cancel_on_disconnect();
    }
}

impl Drop for RequestGuard {
    #[inline]
    fn drop(&mut self) {
        self.0.set_deadline(self.0.server.keep_alive_timeout);
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
