//! The runtime behind `#[fastrs::main]`.

use std::io;
use std::num::NonZero;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// How long blocking calls that are still running may delay the end of the process.
const LINGER: Duration = Duration::from_millis(500);

/// Runs a future to completion on a new runtime, as `#[fastrs::main]` does with `main`.
///
/// The environment variable `WORKERS` sets the number of threads that serve requests, as in `fastapi run --workers`. By
/// default, there is one per core. With a single worker, everything runs on the calling thread, and no request pays for
/// a handover between threads.
///
/// ```
/// let sum = fastrs::block_on(async { 1 + 1 });
/// assert_eq!(sum, 2);
/// ```
///
/// A server refuses to start if `WORKERS` is not a valid number of threads.
///
/// # Panics
///
/// Panics if the operating system refuses the threads or descriptors that a runtime needs.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut output = None;
    run(pin!(async { output = Some(future.await) }));
    output.expect("the future is done")
}

/// Runs any future through one function, so that the runtime is compiled together with fastrs.
fn run(future: Pin<&mut dyn Future<Output = ()>>) {
    match runtime(workers()) {
        Ok(runtime) => run_on(runtime, future),
        Err(error) => panic!("cannot start the runtime: {error}"),
    }
}

/// Runs a future on the calling thread, on a separate runtime, so that code that blocks the program's runtime does not
/// delay it.
pub(super) fn run_on_own_runtime(future: Pin<&mut dyn Future<Output = ()>>) {
    if let Ok(runtime) = runtime(Some(NonZero::<usize>::MIN)) {
        run_on(runtime, future);
    }
}

/// Runs a future to completion on a runtime. This is the only caller of `block_on`: with a second one, tokio's
/// scheduler is no longer inlined into it, which costs each request 65 instructions.
#[inline(never)]
fn run_on(runtime: Runtime, future: Pin<&mut dyn Future<Output = ()>>) {
    runtime.block_on(future);
    // Dropping the runtime would wait forever for blocking calls.
    runtime.shutdown_timeout(LINGER);
}

fn workers() -> Option<NonZero<usize>> {
    let text = std::env::var("WORKERS").ok()?;
    match text.parse::<NonZero<u16>>() {
        _ if text.is_empty() => None,
        Ok(count) => Some(count.into()),
        Err(_) => {
            let _ = INVALID_WORKERS.set(text);
            None
        }
    }
}

/// The value of `WORKERS` if [`block_on`] could not parse it. The server reports it along with other errors that keep
/// it from starting.
static INVALID_WORKERS: OnceLock<String> = OnceLock::new();

/// Returns why a server must not start on this runtime.
pub(crate) fn workers_error() -> Option<String> {
    let text = INVALID_WORKERS.get()?;
    Some(format!(
        "the environment variable `WORKERS` is `{text}`: set it to a number of threads, from 1 to 65535"
    ))
}

fn runtime(workers: Option<NonZero<usize>>) -> io::Result<Runtime> {
    let mut builder = match workers.map(NonZero::get) {
        Some(1) => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    if let Some(count) = workers {
        builder.worker_threads(count.get());
    }
    builder.enable_all().build()
}
