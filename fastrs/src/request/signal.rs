//! What a request's future and those who poll it tell each other, and `Future::poll` has no room for.
//!
//! Each is set and taken within one poll, on one thread.

use std::{
    cell::Cell,
    sync::{Arc, Mutex, PoisonError},
};

use super::{AppState, Failure, Outcome, failure::Aborted};
use crate::body::{End, Response};

thread_local! {
    /// An argument: whether this poll tells the future to end.
    static ENDING: Cell<bool> = const { Cell::new(false) };
    /// A result: the answer of a future that goes on after it.
    static LEAVING: Cell<Option<Box<Leaving>>> = const { Cell::new(None) };
}

/// An answer that leaves, and where its future waits to hear of the last byte.
pub(super) struct Leaving {
    pub(super) response: Response,
    pub(super) is_sent: bool,
    pub(super) sent: Sent,
    pub(super) state: Arc<AppState>,
}

/// What becomes of an answer's body: told where it ends, and heard of by the future that waits for it. What is told first counts.
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

/// Makes one poll, in which the future is told to end.
pub(super) fn ending<T>(poll: impl FnOnce() -> T) -> T {
    let before = ENDING.replace(true);
    let polled = poll();
    ENDING.set(before);
    polled
}

/// Whether this poll tells the future to end. Whoever asks has to obey, since nobody is told after it.
#[inline]
pub(super) fn is_told_to_end() -> bool {
    ENDING.get() && ENDING.replace(false)
}

pub(super) fn let_leave(leaving: Leaving) {
    LEAVING.set(Some(Box::new(leaving)));
}

/// The answer, if the future that was just polled lets one leave and goes on.
#[inline]
pub(super) fn take_leaving() -> Option<Box<Leaving>> {
    LEAVING.take()
}
