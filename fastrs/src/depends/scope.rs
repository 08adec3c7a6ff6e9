//! How long a dependency's value lives: for one request, or as long as the app.

use std::{any::TypeId, future::Future};

use super::{
    AppValue, CacheEntries, CacheEntry, DepList, DependencyCache, ExclusiveRef, Params, Plan,
    Provider, SharedRef, closers::start, overrides::Override,
};
use crate::{
    extract::Arg,
    request::{AppState, Context},
};

/// A dependency's scope: [`RequestScope`], or [`AppScope`] for `#[dependency(scope = "app")]`.
#[diagnostic::on_unimplemented(
    message = "the value of an app-scoped dependency is shared by all requests: what `{P}` returns must be `Sync`",
    label = "not `Sync`",
    note = "wrap it in a `Mutex`, or make the dependency request-scoped"
)]
pub trait Scope<P: Provider>: 'static {
    #[doc(hidden)]
    const PER_REQUEST: bool;
    /// The slots of the provider and of its dependencies in a request.
    type CacheEntries: CacheEntries;
    /// The form in which a function is lent the value.
    type Lent<'a, 'r>: Send;

    #[doc(hidden)]
    fn ensure<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<()>> + Send;
    #[doc(hidden)]
    fn lend<'a, 'r>(want: Option<&'a mut P::Returned>, state: &'r AppState) -> Self::Lent<'a, 'r>;
    #[doc(hidden)]
    fn plan(plan: &mut Plan);
}

/// Created once per request and shared by all its dependencies; dropped with the request.
#[derive(Debug)]
pub struct RequestScope;

/// Created once per app, before the first connection is accepted; dropped after the last.
#[derive(Debug)]
pub struct AppScope;

/// The scope whose values may be lent to an app-scoped dependency.
#[diagnostic::on_unimplemented(
    message = "this dependency is request-scoped, where only an app-scoped one can stand",
    label = "lives only as long as one request",
    note = "give it `#[dependency(scope = \"app\")]`, or drop the scope of the dependency that asks for it"
)]
pub trait OutlivesRequests {}

#[diagnostic::do_not_recommend]
impl OutlivesRequests for AppScope {}

#[diagnostic::do_not_recommend]
impl<P: Provider<Scope = RequestScope>> Scope<P> for RequestScope {
    const PER_REQUEST: bool = true;

    type CacheEntries = (CacheEntry<P>, <P::Deps as DepList>::CacheEntries);
    type Lent<'a, 'r> = ExclusiveRef<'a, P::Returned>;

    fn ensure<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<()>> + Send {
        ensure::<P, S>(cx, cache, P::Params::none())
    }

    fn lend<'a, 'r>(want: Option<&'a mut P::Returned>, _: &'r AppState) -> Self::Lent<'a, 'r> {
        ExclusiveRef::of(want)
    }

    fn plan(plan: &mut Plan) {
        plan.visit::<P>();
    }
}

#[diagnostic::do_not_recommend]
impl<P: Provider<Scope = AppScope>> Scope<P> for AppScope
where
    P::Returned: Sync,
{
    const PER_REQUEST: bool = false;

    type CacheEntries = ();
    type Lent<'a, 'r> = SharedRef<'r, P::Returned>;

    async fn ensure<'r, S: CacheEntries>(
        _: &mut Context<'r>,
        _: &mut DependencyCache<S>,
    ) -> Arg<()> {
        Arg::Value(())
    }

    fn lend<'a, 'r>(_: Option<&'a mut P::Returned>, state: &'r AppState) -> Self::Lent<'a, 'r> {
        let value = state
            .value(TypeId::of::<P>())
            .and_then(|value| value.downcast_ref());
        SharedRef::of(value)
    }

    fn plan(plan: &mut Plan) {
        if plan.visit::<P>() {
            let (id, name, provided) = (TypeId::of::<P>(), P::NAME, P::PROVIDED);
            plan.values.push(AppValue {
                id,
                name,
                provided,
                start: |state| Box::pin(start::<P>(state)),
            });
        }
    }
}

/// Creates the value of a request-scoped provider, unless this request already has it.
pub(super) async fn ensure<'r, P, S>(
    cx: &mut Context<'r>,
    cache: &mut DependencyCache<S>,
    params: &P::Params,
) -> Arg<()>
where
    P: Provider<Scope = RequestScope>,
    S: CacheEntries,
{
    match cache.was_made::<P>(params) {
        Some(true) => return Arg::Value(()),
        Some(false) => return Arg::Invalid,
        None => {}
    }
    match obtain::<P, S>(cx, cache, params).await {
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
pub(super) async fn obtain<'r, P, S>(
    cx: &mut Context<'r>,
    cache: &mut DependencyCache<S>,
    params: &P::Params,
) -> Arg<P::Returned>
where
    P: Provider,
    S: CacheEntries,
{
    match Override::<P>::of(cx.state()) {
        None => make::<P, S>(cx, cache, params).await,
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
pub(crate) async fn make<'r, P, S>(
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
    let runs = args.is_some() && !(P::YIELDS && cx.is_in_vain());
    let asker = cx.begin_asking(runs);
    let held = <P::Deps as DepList>::resolve(cx, cache).await;
    cx.end_asking(asker);
    cx.put_back(own);
    // A failure of an argument takes precedence over a failure of a dependency.
    if let Some(failure) = cx.take_failure() {
        return Arg::Failed(failure);
    }
    match (args, held) {
        // For example, no transaction starts for a request that is already known to be invalid.
        (Some(_), Arg::Value(_)) if P::YIELDS && cx.is_in_vain() => Arg::Missing,
        (Some(args), Arg::Value(mut held)) => {
            let state = cx.state();
            let lent = cache.borrow::<P::Deps>(&mut held, state);
            let made = P::run(args, lent, params, cx).await;
            if let Some(exit) = cx.last_exit() {
                exit.bind(TypeId::of::<P>(), params);
            }
            made.into()
        }
        (_, Arg::Failed(failure)) => Arg::Failed(failure),
        _ => Arg::Invalid,
    }
}
