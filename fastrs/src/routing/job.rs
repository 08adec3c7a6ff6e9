//! A job: a function that uses the dependencies of an app outside requests.

use std::{future::Future, pin::pin, sync::Arc};

use crate::{
    background,
    depends::{DepList, DependencyCache, Injected},
    error::HttpError,
    extract::Arg,
    request::{AppState, Context, Failure, Graceful, Outcome, Request, catch_or_abort, run_exits},
    response::ResponseError,
};

/// A function with `#[fastrs::job]`. Only that macro implements it.
#[diagnostic::on_unimplemented(
    message = "this is not a job",
    label = "not a `#[fastrs::job]` function",
    note = "put `#[fastrs::job]` on the function that it names"
)]
pub trait Job: Sized + Send + Sync + 'static {
    #[doc(hidden)]
    type Deps: DepList;
    #[doc(hidden)]
    type Returned: Send;
    #[doc(hidden)]
    const NAME: &'static str;

    #[doc(hidden)]
    fn run<'a, 'r>(
        injected: Injected<'a, 'r, Self::Deps>,
        cx: &'a mut Context<'r>,
    ) -> impl Future<Output = Result<Self::Returned, Failure>> + Send;
}

/// A type that a job can return.
#[diagnostic::on_unimplemented(
    message = "a job must return `()` or a `Result`, not `{Self}`",
    label = "write `Result<{Self}>`"
)]
pub trait JobOutput: Send {
    /// The value that [`App::run`](crate::App::run) returns if the job succeeds.
    type Value: Send;

    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Value, Failure>;
}

#[diagnostic::do_not_recommend]
impl JobOutput for () {
    type Value = ();

    fn into_result(self) -> Result<(), Failure> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send, E: ResponseError> JobOutput for Result<T, E> {
    type Value = T;

    fn into_result(self) -> Result<T, Failure> {
        self.map_err(Failure::of)
    }
}

/// The value of a finished job.
pub type JobValue<J> = <<J as Job>::Returned as JobOutput>::Value;

/// Runs a job: resolves the same dependency graph, outside a request.
pub(crate) fn drive_job<J>(state: Arc<AppState>) -> Graceful<Result<JobValue<J>, Failure>>
where
    J: Job<Returned: JobOutput>,
{
    Graceful::new(Box::pin(drive::<J>(state)))
}

async fn drive<J>(state: Arc<AppState>) -> Result<JobValue<J>, Failure>
where
    J: Job<Returned: JobOutput>,
{
    let request = Request::outside();
    let mut cx = Context::outside(&request, &state);
    let mut cache = DependencyCache::<<J::Deps as DepList>::CacheEntries>::default();
    let ran = catch_or_abort(pin!(run_job::<J>(&mut cx, &mut cache))).await;
    let ran = ran.flatten();
    let outcome = ran.as_ref().err().map_or(Outcome::Success, |failure| {
        Outcome::Failure(failure.clone())
    });
    if let Some(exits) = cx.take_exits() {
        run_exits(exits, &mut cache, outcome).await?;
    }
    if let (true, Some(tasks)) = (ran.is_ok(), cx.take_tasks()) {
        background::run(tasks, &state.work);
    }
    ran
}

async fn run_job<J>(
    cx: &mut Context<'_>,
    cache: &mut DependencyCache<<J::Deps as DepList>::CacheEntries>,
) -> Result<JobValue<J>, Failure>
where
    J: Job<Returned: JobOutput>,
{
    match J::Deps::resolve(cx, cache).await {
        Arg::Value(mut owned) => {
            let injected = cache.borrow::<J::Deps>(&mut owned, cx.state());
            J::run(injected, cx).await?.into_result()
        }
        Arg::Failed(failure) => Err(failure),
        Arg::Invalid | Arg::Missing => {
            let cause = format!("the dependencies of the job `{}` need a request", J::NAME);
            Err(Failure::of(HttpError::from_status(500).cause(cause)))
        }
    }
}
