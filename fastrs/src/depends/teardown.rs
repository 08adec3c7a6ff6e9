//! The teardown of app-scoped dependencies.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use tokio::{runtime::Handle, sync::oneshot, time};

use crate::request::{BoxFuture, Failure, TaskTracker, wind_down};

/// Tracks teardowns that run in the background.
static IN_BACKGROUND: TaskTracker = TaskTracker::new();

/// The rest of an app-scoped dependency that has lent its value, to be run when the app ends.
pub(crate) struct Teardown {
    name: &'static str,
    /// The lock is never contended; it makes the future `Sync`, since services are shared by threads.
    rest: Mutex<BoxFuture<'static, Result<(), Failure>>>,
}

impl Teardown {
    pub(super) fn new(name: &'static str, rest: BoxFuture<'static, Result<(), Failure>>) -> Self {
        let rest = Mutex::new(rest);
        Self { name, rest }
    }

    /// Runs the rest of the function and returns what went wrong.
    async fn run(self, timeout: Option<Duration>) -> Result<(), String> {
        let name = self.name;
        let rest = self.rest.into_inner();
        let rest = rest.unwrap_or_else(PoisonError::into_inner);
        let ended = match timeout {
            None => rest.await,
            Some(timeout) => run_on_own_thread(rest, timeout)
                .await
                .ok_or_else(|| unfinished(name, timeout))?,
        };
        ended.map_err(|failure| format!("`{name}` failed: {}", failure.to_http_error()))
    }
}

impl fmt::Debug for Teardown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Teardown({})", self.name)
    }
}

fn unfinished(name: &str, timeout: Duration) -> String {
    format!("`{name}` did not finish within {timeout:?}")
}

fn report(problem: &str) {
    tracing::error!(problem, "an app-scoped dependency was not closed cleanly");
    crate::log::to_stderr(format_args!(
        "ERROR an app-scoped dependency was not closed cleanly: {problem}"
    ));
}

/// Runs a future for up to `timeout` on a thread of its own. If it blocks, that thread is left behind, and those of the
/// runtime stay free.
async fn run_on_own_thread(
    future: BoxFuture<'static, Result<(), Failure>>,
    timeout: Duration,
) -> Option<Result<(), Failure>> {
    let (sender, receiver) = oneshot::channel();
    let runtime = Handle::current();
    let run: Box<dyn FnOnce() + Send> = Box::new(move || {
        let ended = runtime.block_on(async { time::timeout(timeout, future).await.ok() });
        // If no one receives it, the time was up.
        sender.send(ended).ok();
    });
    let name = "fastrs-teardown".to_owned();
    // Without the thread, the channel closes at once.
    thread::Builder::new().name(name).spawn(run).ok();
    let ended = time::timeout(timeout.saturating_add(MARGIN), receiver).await;
    ended.ok()?.ok()?
}

/// How long after its timeout a teardown counts as one that blocks its thread, and not as one that is just busy.
const MARGIN: Duration = Duration::from_millis(500);

/// The teardowns of an app, in the order in which its values were created. If dropped, they run in the background.
#[derive(Debug, Default)]
pub(crate) struct Teardowns(Vec<Teardown>);

impl Teardowns {
    pub(crate) fn push(&mut self, teardown: Teardown) {
        self.0.push(teardown);
    }

    /// Runs the rest of each function, last first, and allows each up to `timeout`. Errors are logged and returned.
    pub(crate) async fn run(mut self, timeout: Option<Duration>) -> Vec<String> {
        let mut problems = Vec::new();
        while let Some(teardown) = self.0.pop() {
            if let Err(problem) = teardown.run(timeout).await {
                report(&problem);
                problems.push(problem);
            }
        }
        problems
    }

    /// Runs the rest of each function in the caller's task, as a test's runtime may have to drive it, and drops one that
    /// takes longer than `timeout`.
    pub(crate) async fn run_in_place(mut self, timeout: Duration) {
        while let Some(teardown) = self.0.pop() {
            let name = teardown.name;
            let ended = time::timeout(timeout, teardown.run(None)).await;
            if let Err(problem) = ended.unwrap_or_else(|_| Err(unfinished(name, timeout))) {
                report(&problem);
            }
        }
    }

    /// Waits for the teardowns that run in the background.
    pub(crate) async fn in_background() {
        IN_BACKGROUND.idle().await;
    }
}

impl Drop for Teardowns {
    fn drop(&mut self) {
        if self.0.is_empty() {
            return;
        }
        let rest = Self(std::mem::take(&mut self.0));
        let running = Running::new();
        wind_down(Box::pin(async move {
            rest.run(None).await;
            drop(running);
        }));
    }
}

/// Counts one teardown in the background until it is dropped.
struct Running;

impl Running {
    fn new() -> Self {
        IN_BACKGROUND.begin();
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        IN_BACKGROUND.end();
    }
}
