//! Waiting in tests, without guessing how long something takes.

use std::time::Duration;

use tokio::{net::ToSocketAddrs, task::yield_now, time::timeout};

use crate::wire::is_closed;

/// How long a condition may take to hold before the test fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many turns all tasks get before a runtime counts as idle: more than the longest chain of tasks needs.
const TURNS: usize = 300;

/// Shorter than the deadlines of a server that stops: a WebSocket waits 5 seconds for its client, and requests are cut
/// off after 25 seconds.
const SOON: Duration = Duration::from_secs(3);

/// Waits for a future that must complete before any deadline of the server.
pub(crate) async fn soon<F: IntoFuture>(future: F) -> F::Output {
    let done = timeout(SOON, future);
    done.await.expect("it completes before any deadline")
}

/// Waits for a condition that no event announces.
pub(crate) async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let held = timeout(PATIENCE, async {
        while !holds().await {
            yield_now().await;
        }
    });
    held.await.expect("the condition holds in time");
}

/// Waits until a server accepts no more connections, which is how its shutdown begins.
pub(crate) async fn until_closed(address: impl ToSocketAddrs + Copy) {
    until(async || is_closed(address).await).await;
}

/// Lets all tasks of this thread's runtime run until each of them waits. A server on the same thread has then read
/// everything that was sent to it, and does nothing more by itself.
pub(crate) async fn until_idle() {
    for _ in 0..TURNS {
        yield_now().await;
    }
}
