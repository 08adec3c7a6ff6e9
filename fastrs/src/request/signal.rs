//! Signals between a request's future and the code that polls it, which `Future::poll` has no parameters for.
//!
//! Each signal is set and taken within one poll, on one thread.

use std::{
    cell::Cell,
    sync::{Arc, Mutex, PoisonError},
};

use super::{AppState, Failure, Outcome, failure::Aborted};
use crate::body::{End, Response};

thread_local! {
    /// Input: whether this poll signals the future to end.
    static ENDING: Cell<bool> = const { Cell::new(false) };
    /// Output: the response that the future releases before it continues.
    static LEAVING: Cell<Option<Box<Leaving>>> = const { Cell::new(None) };
}

/// A response that is released early, with the channel on which its future waits for the last byte.
pub(super) struct Leaving {
    pub(super) response: Response,
    pub(super) is_sent: bool,
    pub(super) sent: Sent,
    pub(super) state: Arc<AppState>,
}

/// How sending a response's body ended: set where the body ends, and read by the future that waits for it. The first
/// outcome wins.
#[derive(Clone, Default)]
pub(super) struct Sent(Arc<Mutex<Option<Outcome>>>);

impl Sent {
    pub(super) fn tell(&self, end: End) {
        let outcome = match end {
            End::Whole => Outcome::Success,
            End::Aborted => Outcome::Failure(Failure::erased(Aborted)),
            End::Failed(error) => Outcome::Failure(Failure::of(error)),
        };
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.get_or_insert(outcome);
    }

    pub(super) fn take(&self) -> Option<Outcome> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.take()
    }
}

/// Makes one poll that signals the future to end.
pub(super) fn ending<T>(poll: impl FnOnce() -> T) -> T {
    let before = ENDING.replace(true);
    let polled = poll();
    ENDING.set(before);
    polled
}

/// Returns whether this poll signals the future to end. The caller must obey, since the signal is given only once.
#[inline]
pub(super) fn is_told_to_end() -> bool {
    ENDING.get() && ENDING.replace(false)
}

pub(super) fn let_leave(leaving: Leaving) {
    LEAVING.set(Some(Box::new(leaving)));
}

/// Takes the response, if the future that was just polled released one and continues.
#[inline]
pub(super) fn take_leaving() -> Option<Box<Leaving>> {
    LEAVING.take()
}
