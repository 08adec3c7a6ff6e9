//! A signature's dependencies as a type list: `(current_user, (transaction, ()))`.

use std::{
    any::{Any, TypeId},
    future::Future,
    marker::PhantomData,
};

use super::{
    CacheEntries, CacheEntry, Dep, DepList, DependencyCache, ExclusiveRef, Params, Plan, Provider,
    RequestScope, Scope, resolve::resolve_cached,
};
use crate::{
    extract::Arg,
    openapi::Operation,
    request::{AppState, Context},
};

impl DepList for () {
    type CacheEntries = ();
    type Held = ();
    type Want<'a> = ();
    type Lent<'a, 'r> = ();

    async fn resolve<'r, S: CacheEntries>(
        _: &mut Context<'r>,
        _: &mut DependencyCache<S>,
    ) -> Arg<()> {
        Arg::Value(())
    }

    fn want((): &mut ()) {}

    fn offer<'a>((): &mut (), entry: &'a mut (dyn Any + Send)) -> Option<&'a mut (dyn Any + Send)> {
        Some(entry)
    }

    fn lend<'a, 'r>((): Self::Want<'a>, _: &'r AppState) -> Self::Lent<'a, 'r> {}

    fn describe(_: &mut Operation<'_>) {}

    fn plan(_: &mut Plan) {}
}

impl<D: DepList, R: DepList> DepList for (D, R) {
    type CacheEntries = (D::CacheEntries, R::CacheEntries);
    type Held = (D::Held, R::Held);
    type Want<'a> = (D::Want<'a>, R::Want<'a>);
    type Lent<'a, 'r> = (D::Lent<'a, 'r>, R::Lent<'a, 'r>);

    /// Tries all dependencies, so that one response lists the errors of each; a failure stops the rest.
    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<Self::Held> {
        let first = D::resolve(cx, cache).await;
        if let Arg::Failed(failure) = first {
            return Arg::Failed(failure);
        }
        let rest = R::resolve(cx, cache).await;
        first.and(rest)
    }

    fn want((first, rest): &mut Self::Held) -> Self::Want<'_> {
        (D::want(first), R::want(rest))
    }

    #[inline]
    fn offer<'a>(
        want: &mut Self::Want<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        let entry = D::offer(&mut want.0, entry)?;
        R::offer(&mut want.1, entry)
    }

    fn lend<'a, 'r>(want: Self::Want<'a>, state: &'r AppState) -> Self::Lent<'a, 'r> {
        (D::lend(want.0, state), R::lend(want.1, state))
    }

    fn describe(op: &mut Operation<'_>) {
        D::describe(op);
        R::describe(op);
    }

    fn plan(plan: &mut Plan) {
        if let Some(provider) = D::duplicated_in::<R>() {
            plan.duplicate(provider);
        }
        D::plan(plan);
        R::plan(plan);
    }

    fn contains(provider: TypeId, params: &dyn Any) -> bool {
        D::contains(provider, params) || R::contains(provider, params)
    }
}

/// Describes a provider, after its own dependencies. Each is described once per operation.
pub(super) fn describe<P: Provider>(op: &mut Operation<'_>) {
    if op.visit(TypeId::of::<P>()) {
        <P::Deps as DepList>::describe(op);
        P::describe(op);
    }
}

impl<P: Provider> DepList for P {
    type CacheEntries = <P::Scope as Scope<P>>::CacheEntries;
    type Held = ();
    type Want<'a> = Option<&'a mut P::Returned>;
    type Lent<'a, 'r> = <P::Scope as Scope<P>>::Lent<'a, 'r>;

    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<()>> + Send {
        <P::Scope as Scope<P>>::resolve(cx, cache)
    }

    fn want((): &mut ()) -> Self::Want<'_> {
        None
    }

    #[inline]
    fn offer<'a>(
        want: &mut Self::Want<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        claim::<P>(want, entry, P::Params::none())
    }

    fn lend<'a, 'r>(want: Self::Want<'a>, state: &'r AppState) -> Self::Lent<'a, 'r> {
        <P::Scope as Scope<P>>::lend(want, state)
    }

    fn describe(op: &mut Operation<'_>) {
        describe::<P>(op);
    }

    fn plan(plan: &mut Plan) {
        <P::Scope as Scope<P>>::plan(plan);
    }
}

impl<P: Provider> Dep for P {
    type Provider = P;
}

/// Takes the entry if it holds the requested value and none has been found yet; otherwise passes it on.
#[inline]
fn claim<'a, P: Provider>(
    want: &mut Option<&'a mut P::Returned>,
    entry: &'a mut (dyn Any + Send),
    params: &P::Params,
) -> Option<&'a mut (dyn Any + Send)> {
    let wanted = want.is_none()
        && entry
            .downcast_mut::<CacheEntry<P>>()
            .is_some_and(|entry| entry.get_mut(params).is_some());
    if !wanted {
        return Some(entry);
    }
    *want = entry
        .downcast_mut::<CacheEntry<P>>()
        .and_then(|entry| entry.get_mut(params));
    None
}

/// The place that fills a provider's `#[arg]`s: `#[depends(provider(role = "admin"))]`.
pub trait Site<P: Provider>: 'static {
    /// Creates the arguments. They are created again for each use.
    fn params() -> P::Params;
}

/// A provider whose `#[arg]`s are filled in at one place in the program.
#[derive(Debug)]
pub struct With<P, S>(PhantomData<(P, S)>);

impl<P: Provider<Scope = RequestScope>, T: Site<P>> DepList for With<P, T> {
    type CacheEntries = (CacheEntry<P>, <P::Deps as DepList>::CacheEntries);
    type Held = P::Params;
    type Want<'a> = (&'a P::Params, Option<&'a mut P::Returned>);
    type Lent<'a, 'r> = ExclusiveRef<'a, P::Returned>;

    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<P::Params> {
        let params = T::params();
        resolve_cached::<P, S>(cx, cache, &params)
            .await
            .map(|()| params)
    }

    fn want(held: &mut P::Params) -> Self::Want<'_> {
        (held, None)
    }

    #[inline]
    fn offer<'a>(
        want: &mut Self::Want<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        claim::<P>(&mut want.1, entry, want.0)
    }

    fn lend<'a, 'r>((_, value): Self::Want<'a>, _: &'r AppState) -> Self::Lent<'a, 'r> {
        ExclusiveRef::of(value)
    }

    fn describe(op: &mut Operation<'_>) {
        describe::<P>(op);
    }

    fn plan(plan: &mut Plan) {
        plan.visit::<P>();
    }

    fn contains(provider: TypeId, params: &dyn Any) -> bool {
        provider == TypeId::of::<P>() && params.downcast_ref() == Some(&T::params())
    }

    fn duplicated_in<R: DepList>() -> Option<&'static str> {
        R::contains(TypeId::of::<P>(), &T::params()).then_some(P::NAME)
    }
}

impl<P: Provider<Scope = RequestScope>, T: Site<P>> Dep for With<P, T> {
    type Provider = P;
}

/// `depends = [provider]`: a dependency that runs for its side effect.
#[derive(Debug)]
pub struct Effect<D>(PhantomData<D>);

impl<D: DepList> DepList for Effect<D> {
    type CacheEntries = D::CacheEntries;
    type Held = D::Held;
    type Want<'a> = ();
    type Lent<'a, 'r> = ();

    /// Runs the dependency even if the request is invalid, since its effect is needed anyway.
    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<D::Held> {
        let outer = cx.begin_resolving(true);
        let held = D::resolve(cx, cache).await;
        cx.end_resolving(outer);
        held
    }

    fn want(_: &mut D::Held) {}

    fn offer<'a>((): &mut (), entry: &'a mut (dyn Any + Send)) -> Option<&'a mut (dyn Any + Send)> {
        Some(entry)
    }

    fn lend<'a, 'r>((): Self::Want<'a>, _: &'r AppState) -> Self::Lent<'a, 'r> {}

    fn describe(op: &mut Operation<'_>) {
        D::describe(op);
    }

    fn plan(plan: &mut Plan) {
        D::plan(plan);
    }
}

impl<D: Dep> Dep for Effect<D> {
    type Provider = D::Provider;
}
