//! Protects a request's future from two things: panics, and being dropped.

use std::{
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::{
    BoxFuture, Failure, Panic,
    signal::{Rest, take_abort_signal, take_exceeded, take_released, with_abort_signal},
    spawn::spawn_rest,
};
use crate::body::BodyEnd;

/// Polls a future and turns a panic in it into an error.
pub(crate) fn catch<F: Future + Unpin>(future: F) -> Catch<F> {
    Catch {
        future,
        can_be_aborted: false,
    }
}

/// Like [`catch`], but also aborts the future with an error when its [`Graceful`] is dropped. Use it where exits
/// follow.
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
        // An exit continues: it is the code that runs after an abort.
        if self.can_be_aborted && take_abort_signal() {
            return Poll::Ready(Err(Failure::aborted_after(take_exceeded())));
        }
        // After a panic, the future is only ever dropped, never polled again.
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.future).poll(task)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(Failure::erased(Panic::from_payload(payload)))),
        }
    }
}

/// A future whose exits run even if it is dropped, whether by a timeout, a server that gives up, or a runtime that
/// shuts down.
///
/// If dropped before it completes, it is polled once more and signaled to abort, so exits that do not have to wait have
/// run by the time `drop` returns, inside or outside a runtime. Whatever is still pending becomes a task on the
/// runtime.
pub(crate) struct Graceful<T: Send + 'static> {
    future: Option<BoxFuture<'static, T>>,
    has_exits: bool,
    /// Whether the last poll did not leave the future pending: it completed, or it panicked.
    has_ended: bool,
}

impl<T: Send + 'static> Graceful<T> {
    #[inline]
    pub(crate) fn new(future: BoxFuture<'static, T>) -> Self {
        Self {
            future: Some(future),
            has_exits: true,
            has_ended: false,
        }
    }

    pub(crate) fn has_exits(&self) -> bool {
        self.has_exits
    }

    /// Takes the rest of the future, to be polled elsewhere.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            future: self.future.take(),
            has_exits: self.has_exits,
            has_ended: false,
        }
    }

    /// Wraps a future that can simply be dropped: it has no exits, or something inside it runs them.
    pub(crate) fn without_exits(future: BoxFuture<'static, T>) -> Self {
        Self {
            future: Some(future),
            has_exits: false,
            has_ended: false,
        }
    }

    /// Puts something around the future.
    pub(super) fn wrap(
        &mut self,
        wrap: impl FnOnce(BoxFuture<'static, T>) -> BoxFuture<'static, T>,
    ) {
        self.future = self.future.take().map(wrap);
    }

    /// Polls the future, and returns its output without inspecting it, since a function that inspects the output also
    /// copies it. If the future is pending, the caller calls [`set_pending`](Self::set_pending).
    #[inline]
    pub(super) fn poll_in_place(&mut self, task: &mut Context<'_>) -> Poll<T> {
        self.has_ended = true;
        match &mut self.future {
            Some(future) => future.as_mut().poll(task),
            None => Poll::Pending,
        }
    }

    #[inline]
    pub(super) fn set_pending(&mut self) {
        self.has_ended = false;
    }
}

impl<T: Send + 'static> Future for Graceful<T> {
    type Output = T;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        let polled = self.poll_in_place(task);
        match polled.is_ready() {
            true => self.future = None,
            false => self.set_pending(),
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Graceful<T> {
    #[inline]
    fn drop(&mut self) {
        if self.has_exits
            && !self.has_ended
            && let Some(future) = self.future.take()
        {
            wind_down(Box::pin(async {
                future.await;
            }));
        }
    }
}

/// Signals a future to abort, and spawns whatever is still pending.
#[cold]
pub(crate) fn wind_down(mut future: BoxFuture<'static, ()>) {
    let mut task = Context::from_waker(Waker::noop());
    let polled = with_abort_signal(|| {
        catch_unwind(AssertUnwindSafe(|| {
            poll_without_client(future.as_mut(), &mut task)
        }))
    });
    match polled {
        Ok(Poll::Ready(())) => {}
        Ok(Poll::Pending) => spawn_rest(Box::pin(WindingDown(Some(future)))),
        Err(payload) => log_unfinished(&format!("panicked: {}", Panic::from_payload(payload).0)),
    }
}

/// Polls a future whose response is no longer needed: a response that it releases early is dropped, which aborts it.
fn poll_without_client(
    mut future: Pin<&mut (dyn Future<Output = ()> + Send)>,
    task: &mut Context<'_>,
) -> Poll<()> {
    loop {
        let polled = future.as_mut().poll(task);
        match take_released() {
            Some(released) if polled.is_pending() => match released.rest {
                Rest::AfterBody { sent, .. } => sent.set(BodyEnd::Aborted),
                #[cfg(any(feature = "cache", feature = "websocket"))]
                Rest::Now(_) => {}
            },
            _ => return polled,
        }
    }
}

/// Exits that are still pending after the future was signaled to abort.
struct WindingDown(Option<BoxFuture<'static, ()>>);

impl Future for WindingDown {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let ended = match &mut self.0 {
            Some(future) => poll_without_client(future.as_mut(), task),
            None => Poll::Ready(()),
        };
        if ended.is_ready() {
            self.0 = None;
        }
        ended
    }
}

impl Drop for WindingDown {
    fn drop(&mut self) {
        if self.0.is_some() {
            log_unfinished("the runtime shut down first");
        }
    }
}

fn log_unfinished(why: &str) {
    tracing::error!(why, "the exits of a dependency did not finish");
    crate::log::to_stderr(format_args!(
        "ERROR the exits of a dependency did not finish: {why}"
    ));
}

impl<T: Send + 'static> fmt::Debug for Graceful<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Graceful")
    }
}
