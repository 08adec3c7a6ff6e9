//! Dependency injection: functions that run so that others can use what they return.
//!
//! The graph consists of types. A signature's dependencies are a type list ([`DepList`]), each provider has its own
//! list, and the values live in a tree of typed entries of the same shape inside the endpoint's future. Nothing is
//! looked up by name, nothing is allocated, and a missing or circular dependency is a compile error.

#[cfg(any(feature = "cache", feature = "redis", feature = "templates"))]
mod app_dependency;
mod app_scope;
mod cache;
mod fresh;
mod graph;
mod lend;
mod list;
mod overrides;
mod plan;
mod request_scope;
mod resolve;
mod scope;
mod scoped;
mod teardown;
mod yields;

pub use cache::{CacheEntries, CacheEntry, DependencyCache};
pub use fresh::Fresh;
pub use graph::{Dependency, Node, distinct, no_cycle, without_credentials};
pub use lend::{
    ExclusiveRef, KeptRef, SharedRef, TakeBack, ValueOf, keep_clone, keep_ref, lend_clone,
    lend_mut, lend_ref,
};
pub use list::{Effect, Site, With};
pub use overrides::{Provided, Replaces, Substitute};
pub use plan::Plan;
pub use scope::{AppScope, AroundRequests, OutlivesRequests, RequestScope, Scope};
pub use scoped::{ScopeList, Scoped};
pub use yields::{Yield, lend, lend_shared};

#[cfg(any(feature = "cache", feature = "redis", feature = "templates"))]
pub(crate) use app_dependency::app_dependency;
#[cfg(any(feature = "cache", feature = "redis"))]
pub(crate) use app_scope::app_value;
pub(crate) use cache::Overflow;
pub(crate) use overrides::override_with;
pub(crate) use plan::{AppValue, PlanFn};
pub(crate) use resolve::Override;
pub(crate) use teardown::{SharedTeardowns, TeardownLimit, Teardowns};

use std::{
    any::{Any, TypeId},
    future::Future,
};

use crate::{
    extract::Arg,
    openapi::Operation,
    request::{AppState, Context, Failure},
    security::OnceCheck,
};

/// A function with the attribute `#[dependency]`.
///
/// Only that attribute implements this trait; [`Router::depends`](crate::Router::depends) and
/// [`App::override_dependency`](crate::App::override_dependency) take it as a type parameter.
#[diagnostic::on_unimplemented(
    message = "this is not a dependency",
    label = "not a `#[dependency]` function",
    note = "put `#[dependency]` on the function that it names"
)]
pub trait Provider: Sized + Send + Sync + 'static {
    /// The type that the function returns, or lends through its `Yield`.
    type Returned: Send + 'static;
    /// Its dependencies.
    type Deps: DepList;
    /// How long its value lives.
    type Scope: Scope<Self>;
    /// The arguments that come from the request.
    type Args<'r>: Send;
    /// Its `#[arg]`s, which `#[depends(provider(..))]` fills in.
    type Params: Params;
    /// The function's name.
    const NAME: &'static str;
    /// Whether the value can only come from `App::provide`.
    const PROVIDED: bool = false;
    /// Whether the function lends its value and continues after the request is done.
    const YIELDS: bool = false;
    /// How the value is checked, if an app makes it once.
    #[doc(hidden)]
    const ONCE: Option<OnceCheck<Self::Returned>> = None;

    #[doc(hidden)]
    fn describe(op: &mut Operation<'_>);

    #[doc(hidden)]
    fn extract<'r>(cx: &mut Context<'r>) -> Option<Self::Args<'r>>;

    #[doc(hidden)]
    fn run<'a, 'r>(
        args: Self::Args<'r>,
        injected: Injected<'a, 'r, Self::Deps>,
        params: &'a Self::Params,
        cx: &'a mut Context<'r>,
    ) -> impl Future<Output = Result<Self::Returned, Failure>> + Send;
}

/// A list of dependencies: `()`, or a pair of the first one and the rest.
pub trait DepList: 'static {
    /// The entries for all their values.
    type CacheEntries: CacheEntries;
    /// The values that the function itself keeps.
    type Owned: Send;
    #[doc(hidden)]
    type Lookup<'a>;
    /// The values lent to the function.
    type Injected<'a, 'r>: Send;

    #[doc(hidden)]
    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<Self::Owned>> + Send;
    #[doc(hidden)]
    fn lookup(owned: &mut Self::Owned) -> Self::Lookup<'_>;
    #[doc(hidden)]
    fn offer<'a>(
        lookup: &mut Self::Lookup<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)>;
    #[doc(hidden)]
    fn lend<'a, 'r>(lookup: Self::Lookup<'a>, state: &'r AppState) -> Self::Injected<'a, 'r>;
    #[doc(hidden)]
    fn describe(op: &mut Operation<'_>);
    #[doc(hidden)]
    fn plan(plan: &mut Plan);

    /// Returns whether the list contains the value of `provider` with these `#[arg]`s.
    #[doc(hidden)]
    fn contains(_provider: TypeId, _params: &dyn Any) -> bool {
        false
    }

    /// Returns the provider if `R` contains the same value again. The compiler cannot compare `#[arg]`s, so this runs
    /// at startup.
    #[doc(hidden)]
    fn duplicated_in<R: DepList>() -> Option<&'static str> {
        None
    }
}

/// One dependency as a signature declares it: a provider, or a provider in a wrapper ([`With`], [`Fresh`] or
/// [`Effect`]). It is also a list with one element.
pub trait Dep: DepList {
    /// The provider of the value.
    type Provider: Provider;
}

/// The values lent to a signature.
pub type Injected<'a, 'r, D> = <D as DepList>::Injected<'a, 'r>;

/// The `#[arg]`s of a provider: `()` if it has none.
pub trait Params: Clone + PartialEq + Send + Sync + 'static {
    /// Returns a placeholder for a signature that passes no arguments. The compiler rejects that signature if the
    /// provider has any.
    #[doc(hidden)]
    fn none() -> &'static Self;
}

impl Params for () {
    fn none() -> &'static Self {
        &()
    }
}

/// The [`Params`] of a provider that is declared by its name alone.
#[diagnostic::on_unimplemented(
    message = "this dependency needs arguments",
    label = "has an `#[arg]`",
    note = "pass each of them by name: `#[depends(has_role(role = \"admin\"))]`"
)]
pub trait NoParams {}

#[diagnostic::do_not_recommend]
impl NoParams for () {}

/// `Self` is what an `#[depends(provider(..))]` has filled in for the [`Params`] `P`.
#[diagnostic::on_unimplemented(
    message = "this dependency is missing arguments: it takes `{P}`, but is given `{Self}`",
    label = "an `#[arg]` is missing",
    note = "pass each of them by name: `#[depends(has_role(role = \"admin\", level = 3))]`"
)]
pub trait Given<P> {
    #[doc(hidden)]
    fn params(self) -> P;
}

#[diagnostic::do_not_recommend]
impl<P> Given<P> for P {
    fn params(self) -> P {
        self
    }
}

/// Converts the result of a provider's function.
impl<T> From<Result<T, Failure>> for Arg<T> {
    fn from(result: Result<T, Failure>) -> Self {
        match result {
            Ok(value) => Arg::Value(value),
            Err(failure) => Arg::Failed(failure),
        }
    }
}
