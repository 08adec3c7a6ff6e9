//! Resolves one dependency: from the cache, from its override, or by running its provider.

use std::any::TypeId;

use super::{CacheEntries, DepList, DependencyCache, Provider, RequestScope};
use crate::{
    extract::Arg,
    request::{AppState, BoxFuture, Context},
};

/// Creates the value of a request-scoped provider, unless this request already has it.
pub(super) async fn resolve_cached<'r, P, S>(
    cx: &mut Context<'r>,
    cache: &mut DependencyCache<S>,
    params: &P::Params,
) -> Arg<()>
where
    P: Provider<Scope = RequestScope>,
    S: CacheEntries,
{
    match cache.was_run::<P>(params) {
        Some(true) => return Arg::Value(()),
        Some(false) => return Arg::Invalid,
        None => {}
    }
    match resolve::<P, S>(cx, cache, params).await {
        Arg::Value(value) => {
            cache.put::<P>(params.clone(), Some(value));
            Arg::Value(())
        }
        Arg::Failed(failure) => Arg::Failed(failure),
        Arg::Invalid => {
            cache.put::<P>(params.clone(), None);
            Arg::Invalid
        }
        // The provider was not run, but another function that needs it may still run it.
        Arg::Missing => Arg::Invalid,
    }
}

/// Creates a value by running the provider or its override.
pub(super) async fn resolve<'r, P, S>(
    cx: &mut Context<'r>,
    cache: &mut DependencyCache<S>,
    params: &P::Params,
) -> Arg<P::Returned>
where
    P: Provider,
    S: CacheEntries,
{
    match Override::<P>::of(cx.state()) {
        None => run::<P, S>(cx, cache, params).await,
        Some(Override::Value(value)) => Arg::Value(value()),
        Some(Override::Provider(run)) => {
            let run = async |overflow: &mut _| run(cx, overflow).await;
            Box::pin(DependencyCache::over(cache.overflow(), run)).await
        }
    }
}

/// Runs a provider: its own arguments, then its dependencies, then the function if all of them are available.
///
/// Errors in the dependencies are listed before errors in its own arguments, as in FastAPI.
pub(super) async fn run<'r, P, S>(
    cx: &mut Context<'r>,
    cache: &mut DependencyCache<S>,
    params: &P::Params,
) -> Arg<P::Returned>
where
    P: Provider,
    S: CacheEntries,
{
    let reported = cx.problem_count();
    let args = P::extract(cx);
    let own = cx.set_aside(reported);
    let runs = args.is_some() && !(P::YIELDS && cx.is_value_unneeded());
    let outer = cx.begin_resolving(runs);
    let owned = <P::Deps as DepList>::resolve(cx, cache).await;
    cx.end_resolving(outer);
    cx.put_back(own);
    // A failure of an argument takes precedence over a failure of a dependency.
    if let Some(failure) = cx.take_failure() {
        return Arg::Failed(failure);
    }
    match (args, owned) {
        // For example, no transaction starts for a request that is already known to be invalid.
        (Some(_), Arg::Value(_)) if P::YIELDS && cx.is_value_unneeded() => Arg::Missing,
        (Some(args), Arg::Value(mut owned)) => {
            let state = cx.state();
            let injected = cache.borrow::<P::Deps>(&mut owned, state);
            let result = P::run(args, injected, params, cx).await;
            if let Some(exit) = cx.last_exit() {
                exit.bind(TypeId::of::<P>(), params);
            }
            result.into()
        }
        (_, Arg::Failed(failure)) => Arg::Failed(failure),
        _ => Arg::Invalid,
    }
}

type RunFn<P> = for<'x, 'r> fn(
    &'x mut Context<'r>,
    &'x mut DependencyCache<()>,
) -> BoxFuture<'x, Arg<<P as Provider>::Returned>>;

/// The replacement for `P`.
pub(crate) enum Override<P: Provider> {
    /// A function that returns the value.
    Value(Box<dyn Fn() -> P::Returned + Send + Sync>),
    /// Another provider, with its own dependencies.
    Provider(RunFn<P>),
}

impl<P: Provider> Override<P> {
    #[inline]
    pub(crate) fn of(state: &AppState) -> Option<&Self> {
        if state.overrides.is_empty() {
            return None;
        }
        state.overrides.get(&TypeId::of::<P>())?.downcast_ref()
    }
}
