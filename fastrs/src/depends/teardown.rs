//! The teardown of app-scoped dependencies.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
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
    async fn run(self, limit: TeardownLimit) -> Result<(), String> {
        let name = self.name;
        let rest = self.rest.into_inner();
        let rest = rest.unwrap_or_else(PoisonError::into_inner);
        let ended = match limit {
            TeardownLimit::None => Ok(rest.await),
            TeardownLimit::InPlace(limit) => time::timeout(limit, rest).await.map_err(|_| limit),
            TeardownLimit::OwnThread(limit) => run_on_own_thread(rest, limit).await.ok_or(limit),
        };
        match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failure)) => Err(format!(
                "`{name}` failed: {}",
                failure.to_http_error().reason()
            )),
            Err(limit) => Err(format!("`{name}` did not finish within {limit:?}")),
        }
    }
}

/// How long each teardown may take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TeardownLimit {
    None,
    /// It runs in the caller's task, since a test's runtime may have to drive it, and it is dropped if it takes longer.
    InPlace(Duration),
    /// It runs on its own thread, which is left behind if the teardown blocks it.
    OwnThread(Duration),
}

impl fmt::Debug for Teardown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Teardown({})", self.name)
    }
}

fn report(problem: &str) {
    tracing::error!(problem, "an app-scoped dependency was not closed cleanly");
    crate::log::to_stderr(format_args!(
        "ERROR an app-scoped dependency was not closed cleanly: {problem}"
    ));
}

/// Runs a future for up to `timeout` on its own thread. If it blocks, that thread is left behind, and the runtime's
/// threads stay free.
async fn run_on_own_thread(
    future: BoxFuture<'static, Result<(), Failure>>,
    timeout: Duration,
) -> Option<Result<(), Failure>> {
    let (sender, receiver) = oneshot::channel();
    let runtime = Handle::current();
    let run: Box<dyn FnOnce() + Send> = Box::new(move || {
        let ended = runtime.block_on(async { time::timeout(timeout, future).await.ok() });
        // Sending fails only if the caller has stopped waiting.
        sender.send(ended).ok();
    });
    let name = "fastrs-teardown".to_owned();
    // If the thread cannot be started, the channel closes at once.
    thread::Builder::new().name(name).spawn(run).ok();
    let ended = time::timeout(timeout.saturating_add(MARGIN), receiver).await;
    ended.ok()?.ok()?
}

/// How far past its timeout a teardown may run before it counts as blocking its thread, rather than as merely busy.
const MARGIN: Duration = Duration::from_millis(500);

/// The teardowns of an app, in the order in which its values were created. If dropped, they run in the background.
#[derive(Debug, Default)]
pub(crate) struct Teardowns {
    own: Vec<Teardown>,
    mounted: Vec<SharedTeardowns>,
}

/// The teardowns of an app that another server calls. It shares them with the app in which it is mounted.
pub(crate) type SharedTeardowns = Arc<Mutex<Teardowns>>;

impl Teardowns {
    /// Creates the teardowns of an app without values, in which other apps are mounted.
    pub(crate) fn with_mounted(mounted: Vec<SharedTeardowns>) -> Self {
        let own = Vec::new();
        Self { own, mounted }
    }

    pub(crate) fn push(&mut self, teardown: Teardown) {
        self.own.push(teardown);
    }

    /// Runs the rest of each function, last first, and then those of the mounted apps that nothing else uses. Errors are
    /// logged and returned.
    pub(crate) async fn run(self, limit: TeardownLimit) -> Vec<String> {
        let mut problems = Vec::new();
        let mut apps = vec![self];
        while let Some(mut app) = apps.pop() {
            while let Some(teardown) = app.own.pop() {
                if let Err(problem) = teardown.run(limit).await {
                    report(&problem);
                    problems.push(problem);
                }
            }
            let unused = app.mounted.drain(..).filter_map(Arc::into_inner);
            apps.extend(unused.map(|app| app.into_inner().unwrap_or_else(PoisonError::into_inner)));
        }
        problems
    }

    /// Waits for the teardowns that run in the background.
    pub(crate) async fn in_background() {
        IN_BACKGROUND.idle().await;
    }
}

impl Drop for Teardowns {
    fn drop(&mut self) {
        if self.own.is_empty() {
            return;
        }
        let rest = std::mem::take(self);
        let running = Running::new();
        wind_down(Box::pin(async move {
            rest.run(TeardownLimit::None).await;
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
