//! `scopes = [..]`: a dependency that requires OAuth 2 scopes.

use std::{
    any::{Any, TypeId},
    future::Future,
    marker::PhantomData,
};

use super::{CacheEntries, Dep, DepList, DependencyCache, Plan};
use crate::{
    extract::Arg,
    openapi::Operation,
    request::{AppState, Context},
};

/// The scopes that a signature lists for one of its dependencies.
pub trait ScopeList: 'static {
    /// The scopes, in order.
    const SCOPES: &'static [&'static str];
}

/// A dependency for which a signature lists scopes. They concern the whole operation, so its value is shared like any
/// other.
#[derive(Debug)]
pub struct Scoped<D, L>(PhantomData<(D, L)>);

impl<D: DepList, L: ScopeList> DepList for Scoped<D, L> {
    type CacheEntries = D::CacheEntries;
    type Owned = D::Owned;
    type Lookup<'a> = D::Lookup<'a>;
    type Injected<'a, 'r> = D::Injected<'a, 'r>;

    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<Self::Owned>> + Send {
        D::resolve(cx, cache)
    }

    fn lookup(owned: &mut Self::Owned) -> Self::Lookup<'_> {
        D::lookup(owned)
    }

    #[inline]
    fn offer<'a>(
        lookup: &mut Self::Lookup<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        D::offer(lookup, entry)
    }

    fn lend<'a, 'r>(lookup: Self::Lookup<'a>, state: &'r AppState) -> Self::Injected<'a, 'r> {
        D::lend(lookup, state)
    }

    fn describe(op: &mut Operation<'_>) {
        op.with_scopes(L::SCOPES, D::describe);
    }

    fn plan(plan: &mut Plan) {
        D::plan(plan);
    }

    fn contains(provider: TypeId, params: &dyn Any) -> bool {
        D::contains(provider, params)
    }

    fn duplicated_in<R: DepList>() -> Option<&'static str> {
        D::duplicated_in::<R>()
    }
}

impl<D: Dep, L: ScopeList> Dep for Scoped<D, L> {
    type Provider = D::Provider;
}
