//! Work that something else can end.

use std::pin::pin;
use std::task::Poll;

/// Returns the output of `work`, or `None` if `end` completes first.
pub(crate) async fn run_until<F: Future>(end: impl Future, work: F) -> Option<F::Output> {
    let (mut end, mut work) = (pin!(end), pin!(work));
    std::future::poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}
