//! The lifetime of an app-scoped value, from creation to tear-down.

use std::{
    any::{Any, TypeId},
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};

use tokio::time::timeout;

use super::{AppScope, DependencyCache, Made, Params, Provider, scope::obtain};
use crate::{
    error::HttpError,
    extract::Arg,
    request::{
        AppState, BoxFuture, Context, Failure, Outcome, Request, TaskTracker, catch, end, run_exits,
    },
};

/// Tracks tear-downs that run in the background.
static IN_BACKGROUND: TaskTracker = TaskTracker::new();

/// An app-scoped dependency that has lent its value and runs its tear-down when the app ends.
pub(crate) struct Closer {
    name: &'static str,
    /// The lock is never contended; it makes the future `Sync`, since services are shared by threads.
    rest: Mutex<BoxFuture<'static, Made<()>>>,
}

impl Closer {
    /// Runs the rest of the function and returns what went wrong.
    async fn close(self, patience: Option<Duration>) -> Result<(), String> {
        let name = self.name;
        let rest = self.rest.into_inner();
        let rest = rest.unwrap_or_else(PoisonError::into_inner);
        let ended = match patience {
            None => rest.await,
            Some(patience) => timeout(patience, rest)
                .await
                .map_err(|_| format!("`{name}` did not end within {patience:?}"))?,
        };
        ended.map_err(|failure| format!("`{name}` failed: {}", failure.to_http_error()))
    }
}

impl fmt::Debug for Closer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Closer({})", self.name)
    }
}

/// All closers, in the order in which their values were created. If dropped, they are closed in the background.
#[derive(Debug, Default)]
pub(crate) struct Closers(Vec<Closer>);

impl Closers {
    pub(crate) fn push(&mut self, closer: Closer) {
        self.0.push(closer);
    }

    /// Runs the rest of each function, last first, giving each up to `patience`. Errors are logged and returned.
    pub(crate) async fn close(mut self, patience: Option<Duration>) -> Vec<String> {
        let mut problems = Vec::new();
        while let Some(closer) = self.0.pop() {
            if let Err(problem) = closer.close(patience).await {
                tracing::error!(problem, "an app-scoped dependency was not closed in order");
                crate::log::to_stderr(format_args!(
                    "ERROR an app-scoped dependency was not closed in order: {problem}"
                ));
                problems.push(problem);
            }
        }
        problems
    }

    /// Waits for the tear-downs that run in the background.
    pub(crate) async fn in_background() {
        IN_BACKGROUND.idle().await;
    }
}

impl Drop for Closers {
    fn drop(&mut self) {
        if self.0.is_empty() {
            return;
        }
        let rest = Self(std::mem::take(&mut self.0));
        let counted = Counted::new();
        end(Box::pin(async move {
            rest.close(None).await;
            drop(counted);
        }));
    }
}

/// Counts one tear-down in the background until it is dropped.
struct Counted;

impl Counted {
    fn new() -> Self {
        IN_BACKGROUND.begin();
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        IN_BACKGROUND.end();
    }
}

/// Creates the value. If the value is lent, the future that created it is kept for the tear-down.
pub(super) async fn start<P>(state: Arc<AppState>) -> Made<Option<Closer>>
where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    if state.value(TypeId::of::<P>()).is_some() {
        return Ok(None);
    }
    let lent = Arc::new(AtomicBool::new(false));
    let life: BoxFuture<'static, Made<()>> = Box::pin(live::<P>(state, lent.clone()));
    let rest = begin(life, &lent).await?;
    Ok(rest.map(|rest| Closer {
        name: P::NAME,
        rest: Mutex::new(rest),
    }))
}

/// Polls the future of a value until the value exists. Returns the rest of the future if the value is lent.
async fn begin(
    mut life: BoxFuture<'static, Made<()>>,
    lent: &AtomicBool,
) -> Made<Option<BoxFuture<'static, Made<()>>>> {
    let is_lent = poll_fn(|task| match life.as_mut().poll(task) {
        Poll::Ready(ended) => Poll::Ready(ended.map(|()| false)),
        Poll::Pending if lent.load(Relaxed) => Poll::Ready(Ok(true)),
        Poll::Pending => Poll::Pending,
    });
    Ok(is_lent.await?.then_some(life))
}

/// Runs the whole life of an app-scoped value in one future, so that its function may borrow from other values for as
/// long as it lives.
async fn live<P>(state: Arc<AppState>, lent: Arc<AtomicBool>) -> Made<()>
where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let request = Request::outside();
    let mut cx = Context::outside(&request, &state);
    let mut cache = DependencyCache::<()>::default();
    let made = {
        let making = pin!(obtain::<P, ()>(&mut cx, &mut cache, P::Params::none()));
        let making: Pin<&mut (dyn Future<Output = Arg<P::Returned>> + Send)> = making;
        catch(making).await?
    };
    let value = match made {
        Arg::Value(value) => value,
        Arg::Failed(failure) => return Err(failure),
        Arg::Invalid | Arg::Missing => {
            let error = HttpError::from_status(500).cause(format!(
                "the dependencies of `{}` ask for a request",
                P::NAME
            ));
            return Err(Failure::of(error));
        }
    };
    if let Some(place) = state.values.get(&TypeId::of::<P>()) {
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value);
        place.get_or_init(|| value);
    }
    let Some(exits) = cx.take_exits() else {
        return Ok(());
    };
    // This is not polled again until the app ends.
    poll_fn(|_| match lent.swap(true, Relaxed) {
        false => Poll::Pending,
        true => Poll::Ready(()),
    })
    .await;
    run_exits(exits, &mut cache, Outcome::Success).await
}
