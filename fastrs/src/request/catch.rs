//! What a request's future outlives: a panic, and being dropped.

use std::{
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::runtime::Handle;

use super::{
    BoxFuture, Failure, Panicked,
    failure::Aborted,
    signal::{ending, is_told_to_end, take_leaving},
};
use crate::body::End;

/// Polls a future, and turns a panic of it into an error.
pub(crate) fn catch<F: Future + Unpin>(future: F) -> Catch<F> {
    Catch {
        future,
        can_be_aborted: false,
    }
}

/// The same, and the future is given up when [`Graceful`] is dropped: for what exits follow.
pub(crate) fn catch_or_abort<F: Future + Unpin>(future: F) -> Catch<F> {
    Catch {
        future,
        can_be_aborted: true,
    }
}

/// The future of [`catch`].
#[derive(Debug)]
pub struct Catch<F> {
    future: F,
    can_be_aborted: bool,
}

impl<F: Future + Unpin> Future for Catch<F> {
    type Output = Result<F::Output, Failure>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        // An exit is not told: it is what follows.
        if is_told_to_end() && self.can_be_aborted {
            return Poll::Ready(Err(Failure::erased(Aborted)));
        }
        // After a panic, what the future leaves behind is only dropped.
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.future).poll(task)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(Failure::erased(Panicked::of(payload)))),
        }
    }
}

/// A future whose exits run even if it is dropped: by a timeout, by a server that gives up, by a runtime that shuts down.
///
/// Dropped unfinished, it is polled once more and told to end, so that exits that wait for nothing have run when `drop`
/// returns, inside a runtime or outside one. What then still waits becomes a task of the runtime.
pub(crate) struct Graceful<T: Send + 'static> {
    future: Option<BoxFuture<'static, T>>,
    has_exits: bool,
}

impl<T: Send + 'static> Graceful<T> {
    #[inline]
    pub(crate) fn new(future: BoxFuture<'static, T>) -> Self {
        Self {
            future: Some(future),
            has_exits: true,
        }
    }

    pub(crate) fn has_exits(&self) -> bool {
        self.has_exits
    }

    /// What is left of it, to be polled elsewhere.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            future: self.future.take(),
            has_exits: self.has_exits,
        }
    }

    /// A future that is dropped like any other: it has no exits, or what is inside it sees to them.
    pub(crate) fn without_exits(future: BoxFuture<'static, T>) -> Self {
        Self {
            future: Some(future),
            has_exits: false,
        }
    }
}

impl<T: Send + 'static> Future for Graceful<T> {
    type Output = T;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        // Taken out, so that one that panics is not polled again.
        let Some(mut future) = self.future.take() else {
            return Poll::Pending;
        };
        match future.as_mut().poll(task) {
            Poll::Ready(output) => Poll::Ready(output),
            Poll::Pending => {
                self.future = Some(future);
                Poll::Pending
            }
        }
    }
}

impl<T: Send + 'static> Drop for Graceful<T> {
    #[inline]
    fn drop(&mut self) {
        if let (Some(future), true) = (self.future.take(), self.has_exits) {
            end(Box::pin(async {
                future.await;
            }));
        }
    }
}

/// Tells a future to end, and sees to what that leaves to be done.
#[cold]
pub(crate) fn end(mut future: BoxFuture<'static, ()>) {
    let mut task = Context::from_waker(Waker::noop());
    let polled = ending(|| {
        catch_unwind(AssertUnwindSafe(|| {
            poll_unheard(future.as_mut(), &mut task)
        }))
    });
    match polled {
        Ok(Poll::Ready(())) => {}
        Ok(Poll::Pending) => match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(Ending(Some(future)))),
            Err(_) => drop(Ending(Some(future))),
        },
        Err(payload) => report(&format!("panicked: {}", Panicked::of(payload).0)),
    }
}

/// Polls a future whose answer nobody takes any more: what it lets leave is dropped, and so ends.
fn poll_unheard(
    mut future: Pin<&mut (dyn Future<Output = ()> + Send)>,
    task: &mut Context<'_>,
) -> Poll<()> {
    loop {
        let polled = future.as_mut().poll(task);
        match take_leaving() {
            Some(leaving) if polled.is_pending() => leaving.sent.tell(End::Aborted),
            _ => return polled,
        }
    }
}

/// Exits that wait for something, and nothing else that they could be told.
struct Ending(Option<BoxFuture<'static, ()>>);

impl Future for Ending {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let ended = match &mut self.0 {
            Some(future) => poll_unheard(future.as_mut(), task),
            None => Poll::Ready(()),
        };
        if ended.is_ready() {
            self.0 = None;
        }
        ended
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if self.0.is_some() {
            report("the runtime ended before it");
        }
    }
}

fn report(why: &str) {
    tracing::error!(why, "the exits of a dependency did not run to their end");
    crate::log::to_stderr(format_args!(
        "ERROR the exits of a dependency did not run to their end: {why}"
    ));
}

impl<T: Send + 'static> fmt::Debug for Graceful<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Graceful")
    }
}
