//! Signals between a request's future and the code that polls it, which `Future::poll` has no parameters for.
//!
//! Each signal is set and taken within one poll, on one thread.

use std::{
    cell::Cell,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

#[cfg(any(feature = "cache", feature = "websocket"))]
use super::RunningTask;
use super::{Failure, Outcome, RemainingWork};
use crate::body::{BodyEnd, Response};

thread_local! {
    /// Input: whether this poll signals the future to abort.
    static ABORTING: Cell<bool> = const { Cell::new(false) };
    /// Input: the timeout that the request has exceeded, if it is aborted for that reason.
    static EXCEEDED: Cell<Option<Duration>> = const { Cell::new(None) };
    /// Input: whether the request that is being dropped has exceeded its timeout.
    static TIMING_OUT: Cell<bool> = const { Cell::new(false) };
    /// Output: the timeout of the route that the request has reached, if it has its own.
    static TIMEOUT: Cell<Option<Duration>> = const { Cell::new(None) };
    /// Output: the response that the future releases before it continues.
    static RELEASED: Cell<Option<Box<ReleasedResponse>>> = const { Cell::new(None) };
}

/// A response that is released early, while its future continues.
pub(super) struct ReleasedResponse {
    pub(super) response: Response,
    pub(super) rest: Rest,
    pub(super) work: Arc<RemainingWork>,
}

/// The point at which the future that released its response continues.
pub(super) enum Rest {
    /// After the last byte, with this outcome.
    AfterBody { is_sent: bool, sent: SendOutcome },
    /// Immediately, counted as running: the response hands the connection over to the future, or is an old one that the
    /// future replaces.
    #[cfg(any(feature = "cache", feature = "websocket"))]
    Now(RunningTask),
}

/// How sending a response's body ended: set where the body ends, and read by the future that waits for it. The first
/// outcome wins.
#[derive(Clone, Default)]
pub(super) struct SendOutcome(Arc<Mutex<Option<Outcome>>>);

impl SendOutcome {
    pub(super) fn set(&self, end: BodyEnd) {
        let outcome = match end {
            BodyEnd::Complete => Outcome::Success,
            BodyEnd::Aborted => Outcome::Failure(Failure::aborted()),
            BodyEnd::Failed(error) => Outcome::Failure(Failure::of(error)),
        };
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(outcome);
    }

    pub(super) fn take(&self) -> Option<Outcome> {
        let mut outcome = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.take()
    }
}

/// Makes one poll that signals the future to abort.
pub(super) fn with_abort_signal<T>(poll: impl FnOnce() -> T) -> T {
    let before = ABORTING.replace(true);
    let polled = poll();
    ABORTING.set(before);
    polled
}

/// Returns whether this poll signals the future to abort. The caller must obey, since the signal is given only once.
#[inline]
pub(crate) fn take_abort_signal() -> bool {
    ABORTING.get() && ABORTING.replace(false)
}

/// Returns whether this poll signals the future to abort, and leaves the signal to the code that must obey.
pub(super) fn is_aborting() -> bool {
    ABORTING.get()
}

/// Drops a request that has exceeded its timeout. Returns whether its endpoint was still running, and has logged it.
pub(super) fn drop_exceeded<T>(request: T, timeout: Duration) -> bool {
    EXCEEDED.set(Some(timeout));
    TIMING_OUT.set(true);
    drop(request);
    TIMING_OUT.set(false);
    take_exceeded().is_none()
}

/// Returns whether the request that is being dropped has exceeded its timeout, so that the server responds with a 504.
pub(crate) fn is_timing_out() -> bool {
    TIMING_OUT.get()
}

/// Returns the timeout that the request has exceeded, to the first caller.
pub(super) fn take_exceeded() -> Option<Duration> {
    EXCEEDED.take()
}

/// Sets how long the request that is being polled may take.
pub(crate) fn set_handler_timeout(timeout: Duration) {
    TIMEOUT.set(Some(timeout));
}

/// Takes the timeout that the request has set since the last call on this thread.
#[inline]
pub(crate) fn take_handler_timeout() -> Option<Duration> {
    TIMEOUT.take()
}

pub(super) fn release(response: ReleasedResponse) {
    RELEASED.set(Some(Box::new(response)));
}

/// Changes the response, if the future that was just polled released one and continues.
pub(super) fn change_released(change: impl FnOnce(Response) -> Response) {
    if let Some(mut released) = RELEASED.take() {
        released.response = change(released.response);
        RELEASED.set(Some(released));
    }
}

/// Takes the response, if the future that was just polled released one and continues.
#[inline]
pub(super) fn take_released() -> Option<Box<ReleasedResponse>> {
    RELEASED.take()
}
