//! Work that runs once the response is being sent.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Weak},
};

use tracing::Instrument;

use crate::{
    extract::{Arg, FromRequest, ParamSpec},
    openapi::Operation,
    request::{Context, Panic, RemainingWork, TaskList, catch, spawn_or_drop},
};

/// Tasks that run in order once the response is being sent: FastAPI's `BackgroundTasks`.
///
/// All arguments of this type in a request, including those of its dependencies, share one list. A task that panics is
/// logged and does not stop the next one. A shutdown waits for the tasks. If the request fails, or its response fails
/// while it is streamed, none of them runs. If the client disconnects, they still run. A task can add others, which run
/// after those that were added before.
///
/// ```
/// use fastrs::prelude::*;
///
/// async fn send_mail(to: String) {
///     println!("dear {to}");
/// }
///
/// #[post("/signup", status = 202)]
/// async fn signup(email: String, tasks: BackgroundTasks) {
///     tasks.add(send_mail(email));
/// }
/// ```
#[derive(Clone)]
pub struct BackgroundTasks(
    // The request keeps the list: a task that holds a clone of this type must not keep alive the list that it is in.
    Weak<TaskList>,
);

impl BackgroundTasks {
    /// Adds a task. If the tasks of the request have already ended, or the request has failed, the task is dropped with
    /// a warning in the log.
    pub fn add(&self, task: impl Future<Output = ()> + Send + 'static) {
        let runs = self
            .0
            .upgrade()
            .is_some_and(|list| list.add(Box::pin(task)));
        if !runs {
            tracing::warn!("a background task was added too late, and does not run");
            crate::log::to_stderr(format_args!(
                "WARN a background task was added too late, and does not run"
            ));
        }
    }
}

impl fmt::Debug for BackgroundTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackgroundTasks")
    }
}

#[diagnostic::do_not_recommend]
impl FromRequest<'_> for BackgroundTasks {
    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        op.reads_nothing();
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        Arg::Value(Self(Arc::downgrade(cx.tasks())))
    }
}

/// Spawns a request's tasks on the runtime.
pub(crate) fn run(tasks: Arc<TaskList>, work: &Arc<RemainingWork>) {
    if tasks.is_empty() {
        return;
    }
    if work.tasks.is_closed() {
        // They are counted as tasks that never end, so the shutdown reports them as cut off.
        return work.tasks.begin();
    }
    let counted = work.count_task();
    let span = tracing::info_span!("background tasks");
    // Outside a runtime, where the body of the response was dropped, nothing can run the tasks.
    let tasks = async move {
        while let Some(task) = tasks.next() {
            if let Err(failure) = catch(task).await {
                let panic = failure
                    .as_any()
                    .downcast_ref()
                    .map_or("", |Panic(text)| text);
                tracing::error!(panic, "a background task panicked");
                crate::log::to_stderr(format_args!("ERROR a background task panicked: {panic}"));
            }
        }
        drop(counted);
    };
    spawn_or_drop(Box::pin(tasks.instrument(span)));
}
