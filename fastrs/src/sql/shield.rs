//! Futures that run to their end.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

use crate::request::BoxFuture;

/// A future that a task finishes if this value is dropped before its end.
///
/// If a `BEGIN` is on its way when its future is dropped, sqlx returns the connection to the pool inside a transaction
/// of which it does not know, and the next request that gets this connection writes into that
/// (<https://github.com/launchbadge/sqlx/issues/4385>).
pub(super) struct Shielded<T: Send + 'static>(Option<BoxFuture<'static, T>>);

impl<T: Send + 'static> Shielded<T> {
    pub(super) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(Box::pin(future)))
    }
}

impl<T: Send + 'static> Future for Shielded<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let future = self
            .0
            .as_mut()
            .expect("a future is not polled after its end");
        let result = future.as_mut().poll(cx);
        if result.is_ready() {
            self.0 = None;
        }
        result
    }
}

impl<T: Send + 'static> Drop for Shielded<T> {
    fn drop(&mut self) {
        // Outside a runtime nothing can be finished, and its connections are gone with it.
        if let (Some(future), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move { drop(future.await) });
        }
    }
}
