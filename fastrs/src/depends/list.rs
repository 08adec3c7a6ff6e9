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
    type Owned = ();
    type Lookup<'a> = ();
    type Injected<'a, 'r> = ();

    async fn resolve<'r, S: CacheEntries>(
        _: &mut Context<'r>,
        _: &mut DependencyCache<S>,
    ) -> Arg<()> {
        Arg::Value(())
    }

    fn lookup((): &mut ()) {}

    fn offer<'a>((): &mut (), entry: &'a mut (dyn Any + Send)) -> Option<&'a mut (dyn Any + Send)> {
        Some(entry)
    }

    fn lend<'a, 'r>((): Self::Lookup<'a>, _: &'r AppState) -> Self::Injected<'a, 'r> {}

    fn describe(_: &mut Operation<'_>) {}

    fn plan(_: &mut Plan) {}
}

impl<D: DepList, R: DepList> DepList for (D, R) {
    type CacheEntries = (D::CacheEntries, R::CacheEntries);
    type Owned = (D::Owned, R::Owned);
    type Lookup<'a> = (D::Lookup<'a>, R::Lookup<'a>);
    type Injected<'a, 'r> = (D::Injected<'a, 'r>, R::Injected<'a, 'r>);

    /// Tries all dependencies, so that one response lists the errors of each; a failure stops the rest.
    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<Self::Owned> {
        let first = D::resolve(cx, cache).await;
        if let Arg::Failed(failure) = first {
            return Arg::Failed(failure);
        }
        let rest = R::resolve(cx, cache).await;
        first.and(rest)
    }

    fn lookup((first, rest): &mut Self::Owned) -> Self::Lookup<'_> {
        (D::lookup(first), R::lookup(rest))
    }

    #[inline]
    fn offer<'a>(
        lookup: &mut Self::Lookup<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        let entry = D::offer(&mut lookup.0, entry)?;
        R::offer(&mut lookup.1, entry)
    }

    fn lend<'a, 'r>(lookup: Self::Lookup<'a>, state: &'r AppState) -> Self::Injected<'a, 'r> {
        (D::lend(lookup.0, state), R::lend(lookup.1, state))
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
    op.dependency(
        TypeId::of::<P>(),
        P::NAME,
        <P::Deps as DepList>::describe,
        P::describe,
    );
}

impl<P: Provider> DepList for P {
    type CacheEntries = <P::Scope as Scope<P>>::CacheEntries;
    type Owned = ();
    type Lookup<'a> = Option<&'a mut P::Returned>;
    type Injected<'a, 'r> = <P::Scope as Scope<P>>::Injected<'a, 'r>;

    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<()>> + Send {
        <P::Scope as Scope<P>>::resolve(cx, cache)
    }

    fn lookup((): &mut ()) -> Self::Lookup<'_> {
        None
    }

    #[inline]
    fn offer<'a>(
        lookup: &mut Self::Lookup<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        claim::<P>(lookup, entry, P::Params::none())
    }

    fn lend<'a, 'r>(lookup: Self::Lookup<'a>, state: &'r AppState) -> Self::Injected<'a, 'r> {
        <P::Scope as Scope<P>>::lend(lookup, state)
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
    lookup: &mut Option<&'a mut P::Returned>,
    entry: &'a mut (dyn Any + Send),
    params: &P::Params,
) -> Option<&'a mut (dyn Any + Send)> {
    let is_match = lookup.is_none()
        && entry
            .downcast_mut::<CacheEntry<P>>()
            .is_some_and(|entry| entry.get_mut(params).is_some());
    if !is_match {
        return Some(entry);
    }
    *lookup = entry
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
    type Owned = P::Params;
    type Lookup<'a> = (&'a P::Params, Option<&'a mut P::Returned>);
    type Injected<'a, 'r> = ExclusiveRef<'a, P::Returned>;

    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<P::Params> {
        let params = T::params();
        resolve_cached::<P, S>(cx, cache, &params)
            .await
            .map(|()| params)
    }

    fn lookup(owned: &mut P::Params) -> Self::Lookup<'_> {
        (owned, None)
    }

    #[inline]
    fn offer<'a>(
        lookup: &mut Self::Lookup<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        claim::<P>(&mut lookup.1, entry, lookup.0)
    }

    fn lend<'a, 'r>((_, value): Self::Lookup<'a>, _: &'r AppState) -> Self::Injected<'a, 'r> {
        ExclusiveRef::new(value)
    }

    fn describe(op: &mut Operation<'_>) {
        describe::<P>(op);
    }

    fn plan(plan: &mut Plan) {
        plan.request_value::<P>();
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
    type Owned = D::Owned;
    type Lookup<'a> = ();
    type Injected<'a, 'r> = ();

    /// Runs the dependency even if the request is invalid, since its effect is needed anyway.
    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<D::Owned> {
        let outer = cx.begin_resolving(true);
        let owned = D::resolve(cx, cache).await;
        cx.end_resolving(outer);
        owned
    }

    fn lookup(_: &mut D::Owned) {}

    fn offer<'a>((): &mut (), entry: &'a mut (dyn Any + Send)) -> Option<&'a mut (dyn Any + Send)> {
        Some(entry)
    }

    fn lend<'a, 'r>((): Self::Lookup<'a>, _: &'r AppState) -> Self::Injected<'a, 'r> {}

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
