//! The runtime behind `#[fastrs::main]`.

use std::time::Duration;

use tokio::runtime::Builder;

/// How long blocking calls that still run may hold up the end of the process.
const LINGER: Duration = Duration::from_millis(500);

/// Runs a future to its end on a new multi-threaded runtime: what `#[fastrs::main]` does to `main`.
///
/// ```
/// let sum = fastrs::block_on(async { 1 + 1 });
/// assert_eq!(sum, 2);
/// ```
///
/// # Panics
///
/// If the operating system refuses the threads or descriptors that a runtime needs.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("the runtime did not start: {error}"),
    };
    let output = runtime.block_on(future);
    // Dropping the runtime would wait for blocking calls without end.
    runtime.shutdown_timeout(LINGER);
    output
}
