//! Spawning the tasks of a server.

#[cfg(debug_assertions)]
use crate::request::BoxFuture;

/// Spawns a task. A dev build boxes its future, because tokio's code for a task is compiled for each type of future.
pub(super) fn spawn(future: impl Future<Output = ()> + Send + 'static) {
    #[cfg(debug_assertions)]
    let future: BoxFuture<'static, ()> = Box::pin(future);
    tokio::spawn(future);
}
