//! Values that live as long as the app, from creation to teardown.

use std::{
    any::{Any, TypeId},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Poll,
};

use super::{
    AppScope, CacheEntries, DependencyCache, Params, Plan, Provider, Scope, SharedRef,
    resolve::resolve, teardown::Teardown,
};
use crate::{
    error::HttpError,
    extract::Arg,
    request::{
        AppState, BoxFuture, Context, Failure, Outcome, Request, catch, run_exits,
        take_abort_signal,
    },
};

#[diagnostic::do_not_recommend]
impl<P: Provider<Scope = AppScope>> Scope<P> for AppScope
where
    P::Returned: Sync,
{
    const PER_REQUEST: bool = false;

    type CacheEntries = ();
    type Injected<'a, 'r> = SharedRef<'r, P::Returned>;

    async fn resolve<'r, S: CacheEntries>(
        _: &mut Context<'r>,
        _: &mut DependencyCache<S>,
    ) -> Arg<()> {
        Arg::Value(())
    }

    fn lend<'a, 'r>(_: Option<&'a mut P::Returned>, state: &'r AppState) -> Self::Injected<'a, 'r> {
        SharedRef::new(value::<P>(state))
    }

    fn plan(plan: &mut Plan) {
        plan.value::<P>(|state| Box::pin(start::<P>(state)));
    }
}

/// Returns the value of an app-scoped provider, which an app has if its plan includes the provider.
#[cfg(any(feature = "cache", feature = "redis"))]
pub(crate) fn app_value<P: Provider>(state: &AppState) -> Option<&P::Returned> {
    value::<P>(state)
}

fn value<P: Provider>(state: &AppState) -> Option<&P::Returned> {
    state.value(TypeId::of::<P>())?.downcast_ref()
}

/// Creates the value, unless it was provided, and checks it. If the value is lent, the future that created it is kept for
/// the teardown.
async fn start<P>(state: Arc<AppState>) -> Result<Option<Teardown>, Failure>
where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let mut rest = None;
    if value::<P>(&state).is_none() {
        let lent = Arc::new(AtomicBool::new(false));
        let future = Box::pin(run::<P>(state.clone(), lent.clone()));
        rest = poll_until_lent(future, &lent).await?;
    }
    let made = P::ONCE.zip(value::<P>(&state));
    if let Some(mistake) = made.and_then(|(once, value)| (once.mistake)(value)) {
        return Err(Failure::of(HttpError::from_status(500).cause(mistake)));
    }
    Ok(rest.map(|rest| Teardown::new(P::NAME, rest)))
}

/// Polls the future of a value until the value exists. Returns the rest of the future if the value is lent.
async fn poll_until_lent(
    mut future: BoxFuture<'static, Result<(), Failure>>,
    lent: &AtomicBool,
) -> Result<Option<BoxFuture<'static, Result<(), Failure>>>, Failure> {
    let is_lent = poll_fn(|task| match future.as_mut().poll(task) {
        Poll::Ready(ended) => Poll::Ready(ended.map(|()| false)),
        Poll::Pending if lent.load(Relaxed) => Poll::Ready(Ok(true)),
        Poll::Pending => Poll::Pending,
    });
    Ok(is_lent.await?.then_some(future))
}

/// Runs the whole life of an app-scoped value in one future, so that its function may borrow from other values for as
/// long as it lives.
async fn run<P>(state: Arc<AppState>, lent: Arc<AtomicBool>) -> Result<(), Failure>
where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let request = Request::outside();
    let mut cx = Context::outside(&request, &state);
    let mut cache = DependencyCache::<()>::default();
    let result = {
        let future = pin!(resolve::<P, ()>(&mut cx, &mut cache, P::Params::none()));
        let future: Pin<&mut (dyn Future<Output = Arg<P::Returned>> + Send)> = future;
        catch(future).await?
    };
    let value = match result {
        Arg::Value(value) => value,
        Arg::Failed(failure) => return Err(failure),
        Arg::Invalid | Arg::Missing => {
            let error = HttpError::from_status(500)
                .cause(format!("the dependencies of `{}` need a request", P::NAME));
            return Err(Failure::of(error));
        }
    };
    if let Some(cell) = state.values.get(&TypeId::of::<P>()) {
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value);
        cell.get_or_init(|| value);
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
    // An app that is dropped, rather than stopped, waits for nothing.
    let outcome = match take_abort_signal() {
        true => Outcome::Failure(Failure::aborted()),
        false => Outcome::Success,
    };
    run_exits(exits, &mut cache, outcome).await
}
