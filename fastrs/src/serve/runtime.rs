//! The runtime behind `#[fastrs::main]`.

use std::io;
use std::num::NonZero;
use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// How long blocking calls that still run may hold up the end of the process.
const LINGER: Duration = Duration::from_millis(500);

/// How many tasks run, at most, before the sockets are looked at again, and how many sockets are then taken note of.
///
/// Both alike, so that the list of tasks to run does not grow with the connections: it is memory that is kept, and what lies
/// below it with it.
const TASKS_A_TURN: u32 = 61;

/// Runs a future to its end on a new runtime: what `#[fastrs::main]` does to `main`.
///
/// `WORKERS` in the environment is the number of threads that serve, as in `fastapi run --workers`; unless it is set,
/// there are as many as the machine has cores. With one, all runs on the calling thread, and no request pays for the
/// hand-over between threads.
///
/// ```
/// let sum = fastrs::block_on(async { 1 + 1 });
/// assert_eq!(sum, 2);
/// ```
///
/// # Panics
///
/// If `WORKERS` is no number above zero, or if the operating system refuses the threads or descriptors that a runtime
/// needs.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut output = None;
    run(pin!(async { output = Some(future.await) }));
    output.expect("it came to its end")
}

/// One for all futures, so that the runtime is compiled with fastrs.
fn run(future: Pin<&mut dyn Future<Output = ()>>) {
    let runtime = match runtime(workers()) {
        Ok(runtime) => runtime,
        Err(error) => panic!("the runtime did not start: {error}"),
    };
    runtime.block_on(future);
    // Dropping the runtime would wait for blocking calls without end.
    runtime.shutdown_timeout(LINGER);
}

fn workers() -> Option<NonZero<usize>> {
    let text = std::env::var("WORKERS").ok()?;
    match text.parse() {
        _ if text.is_empty() => None,
        Ok(count) => Some(count),
        Err(_) => panic!("the environment's WORKERS is `{text}`, which is no number of threads"),
    }
}

fn runtime(workers: Option<NonZero<usize>>) -> io::Result<Runtime> {
    let mut builder = match workers.map(NonZero::get) {
        Some(1) => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    if let Some(count) = workers {
        builder.worker_threads(count.get());
    }
    builder
        .on_thread_start(fill_free_lists)
        .event_interval(TASKS_A_TURN)
        .max_io_events_per_tick(TASKS_A_TURN as usize)
        .enable_all()
        .build()
}

/// Gives this thread's allocator a few free pieces of each small size.
///
/// glibc keeps a list of them for each thread and size, which an allocation costs twenty instructions. A list that is
/// empty when a request asks, since start-up took its pieces, is not always filled by what the request gives back:
/// that may go to the list of the next size. Then every request takes the long way, at 200 instructions and more. Other
/// allocators make as little of it as of any hundred kilobytes.
pub(super) fn fill_free_lists() {
    const LARGEST: usize = 1032;
    let sizes = (24..=LARGEST).step_by(16);
    let pieces: Vec<Vec<u8>> = sizes
        .flat_map(|size| [size; 4])
        .map(Vec::with_capacity)
        .collect();
    drop(std::hint::black_box(pieces));
}
