//! How long a statement waits for the database.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::{Instant, Sleep};

/// The time for which a statement waits, at a stretch, for the next part of its response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(Duration);

/// A future or a stream of a statement that fails when the database has not responded for a time.
///
/// The timer is only set when the statement has to wait, so rows that have arrived cost nothing, and time that the
/// reader of a stream takes does not count.
pub(super) struct Waiting<F> {
    inner: F,
    patience: Patience,
    timer: Option<Pin<Box<Sleep>>>,
    /// Whether the timer is about the current wait.
    is_waiting: bool,
}

impl Patience {
    /// The server gives up on a statement after `timeout`. This gives it a second more to say so.
    pub(super) fn beyond(timeout: Duration) -> Self {
        Self(timeout.saturating_add(Duration::from_secs(1)))
    }

    pub(super) fn limit<F>(self, inner: F) -> Waiting<F> {
        Waiting {
            inner,
            patience: self,
            timer: None,
            is_waiting: false,
        }
    }
}

impl<F> Waiting<F> {
    /// Returns an error when the wait is over.
    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<sqlx::Error> {
        let Patience(limit) = self.patience;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        if !self.is_waiting {
            self.is_waiting = true;
            timer.as_mut().reset(Instant::now() + limit);
        }
        ready!(timer.as_mut().poll(cx));
        let text = format!("the database has not responded for {limit:?}");
        Poll::Ready(sqlx::Error::Io(io::Error::new(
            io::ErrorKind::TimedOut,
            text,
        )))
    }
}

impl<T, F> Future for Waiting<F>
where
    F: Future<Output = Result<T, sqlx::Error>> + Unpin,
{
    type Output = Result<T, sqlx::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.inner).poll(cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => self.poll_over(cx).map(Err),
        }
    }
}

impl<T, S> Stream for Waiting<S>
where
    S: Stream<Item = Result<T, sqlx::Error>> + Unpin,
{
    type Item = Result<T, sqlx::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.inner).poll_next(cx) {
            Poll::Ready(item) => {
                self.is_waiting = false;
                Poll::Ready(item)
            }
            Poll::Pending => self.poll_over(cx).map(|error| Some(Err(error))),
        }
    }
}
