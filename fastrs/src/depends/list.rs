//! A signature's dependencies as a type list: `(current_user, (transaction, ()))`.

use std::{
    any::{Any, TypeId},
    future::Future,
    marker::PhantomData,
};

use super::{
    CacheEntries, CacheEntry, DependencyCache, ExclusiveRef, Made, Params, Plan, Provider,
    RequestScope, Scope, scope::ensure,
};
use crate::{
    extract::Arg,
    openapi::Operation,
    request::{AppState, Context},
};

/// What a signature is lent.
pub type Lent<'a, 'r, D> = <D as DepList>::Lent<'a, 'r>;

/// A list of dependencies: `()`, or a pair of one and the rest.
pub trait DepList: 'static {
    /// The slots of all of them.
    type CacheEntries: CacheEntries;
    /// What the asking function itself keeps.
    type Held: Send;
    #[doc(hidden)]
    type Want<'a>;
    /// What the asking function is lent.
    type Lent<'a, 'r>: Send;

    #[doc(hidden)]
    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<Self::Held>> + Send;
    #[doc(hidden)]
    fn want(held: &mut Self::Held) -> Self::Want<'_>;
    #[doc(hidden)]
    fn offer<'a>(
        want: &mut Self::Want<'a>,
        slot: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)>;
    #[doc(hidden)]
    fn lend<'a, 'r>(want: Self::Want<'a>, state: &'r AppState) -> Self::Lent<'a, 'r>;
    #[doc(hidden)]
    fn describe(op: &mut Operation<'_>);
    #[doc(hidden)]
    fn plan(plan: &mut Plan);

    /// Whether it asks for the value that `provider` makes of these `#[arg]`s.
    #[doc(hidden)]
    fn asks_for(_provider: TypeId, _params: &dyn Any) -> bool {
        false
    }

    /// The provider, if `R` asks for the same value: of `#[arg]`s, the compiler does not know.
    #[doc(hidden)]
    fn asked_again_by<R: DepList>() -> Option<&'static str> {
        None
    }
}

/// One dependency as a signature asks for it: a provider, or a provider in one of the wrappers below. It is a list of
/// one.
pub trait Dep: DepList {
    /// Whose value is asked for.
    type Provider: Provider;
}

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

    fn offer<'a>((): &mut (), slot: &'a mut (dyn Any + Send)) -> Option<&'a mut (dyn Any + Send)> {
        Some(slot)
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

    /// All are tried, so that one answer lists what is invalid in each; an answer ends it.
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
        slot: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        let slot = D::offer(&mut want.0, slot)?;
        R::offer(&mut want.1, slot)
    }

    fn lend<'a, 'r>(want: Self::Want<'a>, state: &'r AppState) -> Self::Lent<'a, 'r> {
        (D::lend(want.0, state), R::lend(want.1, state))
    }

    fn describe(op: &mut Operation<'_>) {
        D::describe(op);
        R::describe(op);
    }

    fn plan(plan: &mut Plan) {
        if let Some(provider) = D::asked_again_by::<R>() {
            plan.asked_twice(provider);
        }
        D::plan(plan);
        R::plan(plan);
    }

    fn asks_for(provider: TypeId, params: &dyn Any) -> bool {
        D::asks_for(provider, params) || R::asks_for(provider, params)
    }
}

/// A dependency's own come before it; each is described once in an operation.
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
        <P::Scope as Scope<P>>::ensure(cx, cache)
    }

    fn want((): &mut ()) -> Self::Want<'_> {
        None
    }

    #[inline]
    fn offer<'a>(
        want: &mut Self::Want<'a>,
        slot: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        claim::<P>(want, slot, P::Params::none())
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

/// Takes the slot if it is the one that is wanted and still missing; passes it on otherwise.
#[inline]
fn claim<'a, P: Provider>(
    want: &mut Option<&'a mut P::Returned>,
    slot: &'a mut (dyn Any + Send),
    params: &P::Params,
) -> Option<&'a mut (dyn Any + Send)> {
    let wanted = want.is_none()
        && slot
            .downcast_mut::<CacheEntry<P>>()
            .is_some_and(|slot| slot.get_mut(params).is_some());
    if !wanted {
        return Some(slot);
    }
    *want = slot
        .downcast_mut::<CacheEntry<P>>()
        .and_then(|slot| slot.get_mut(params));
    None
}

/// `#[depends(provider(role = "admin"))]`: what fills the provider's `#[arg]`s.
pub trait Site<P: Provider>: 'static {
    /// The arguments, made anew each time.
    fn params() -> P::Params;
}

/// A provider with its `#[arg]`s filled in at one place of the program.
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
        ensure::<P, S>(cx, cache, &params).await.map(|()| params)
    }

    fn want(held: &mut P::Params) -> Self::Want<'_> {
        (held, None)
    }

    #[inline]
    fn offer<'a>(
        want: &mut Self::Want<'a>,
        slot: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        claim::<P>(&mut want.1, slot, want.0)
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

    fn asks_for(provider: TypeId, params: &dyn Any) -> bool {
        provider == TypeId::of::<P>() && params.downcast_ref() == Some(&T::params())
    }

    fn asked_again_by<R: DepList>() -> Option<&'static str> {
        R::asks_for(TypeId::of::<P>(), &T::params()).then_some(P::NAME)
    }
}

impl<P: Provider<Scope = RequestScope>, T: Site<P>> Dep for With<P, T> {
    type Provider = P;
}

/// `depends = [provider]`: run for its effect.
#[derive(Debug)]
pub struct Effect<D>(PhantomData<D>);

impl<D: DepList> DepList for Effect<D> {
    type CacheEntries = D::CacheEntries;
    type Held = D::Held;
    type Want<'a> = ();
    type Lent<'a, 'r> = ();

    /// An effect is asked for by itself: that the request is invalid is no reason to leave it out.
    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<D::Held> {
        let asker = cx.begin_asking(true);
        let held = D::resolve(cx, cache).await;
        cx.end_asking(asker);
        held
    }

    fn want(_: &mut D::Held) {}

    fn offer<'a>((): &mut (), slot: &'a mut (dyn Any + Send)) -> Option<&'a mut (dyn Any + Send)> {
        Some(slot)
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

/// The outcome of a provider's function.
impl<T> From<Made<T>> for Arg<T> {
    fn from(made: Made<T>) -> Self {
        match made {
            Ok(value) => Arg::Value(value),
            Err(failure) => Arg::Failed(failure),
        }
    }
}
