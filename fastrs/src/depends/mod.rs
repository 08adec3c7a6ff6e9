//! Dependency injection: functions that run so that others can use what they return.
//!
//! The graph consists of types. A signature's dependencies are a type list ([`DepList`]), each provider has a list of
//! its own, and the values live in a tree of typed entries of the same shape inside the endpoint's future. Nothing is
//! looked up by name, nothing is allocated, and a missing or circular dependency is a compile error.

mod cache;
mod closers;
mod fresh;
mod graph;
mod lend;
mod list;
mod overrides;
mod plan;
mod scope;
mod yields;

pub(crate) use cache::Overflow;
pub use cache::{CacheEntries, CacheEntry, DependencyCache};
pub use fresh::Fresh;
pub use graph::{Node, distinct, no_cycle};
pub use lend::{
    ExclusiveRef, Kept, SharedRef, TakeBack, ValueOf, keep_clone, keep_ref, lend_clone, lend_mut,
    lend_ref,
};
pub use list::{Dep, DepList, Effect, Lent, Site, With};
pub use overrides::{Replaces, Substitute};
pub use plan::Plan;
pub use scope::{AppScope, OutlivesRequests, RequestScope, Scope};
pub use yields::{Yield, lend, lend_shared};

pub(crate) use closers::{Closer, Closers};
pub(crate) use overrides::Override;
pub(crate) use plan::{AppValue, Planning};
pub(crate) use scope::make;

use std::future::Future;

use crate::{
    openapi::Operation,
    request::{Context, Failure},
};

/// The value that a provider returned, or the failure that replaces it.
pub type Made<T> = Result<T, Failure>;

/// A function with the attribute `#[dependency]`.
///
/// Only that attribute implements this trait; [`Router::depends`](crate::Router::depends) and
/// [`App::override_dependency`](crate::App::override_dependency) take it as a type parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency",
    label = "not a `#[dependency]` function",
    note = "put `#[dependency]` on the function `{Self}`"
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

    #[doc(hidden)]
    fn describe(op: &mut Operation<'_>);

    #[doc(hidden)]
    fn extract<'r>(cx: &mut Context<'r>) -> Option<Self::Args<'r>>;

    #[doc(hidden)]
    fn run<'a, 'r>(
        args: Self::Args<'r>,
        lent: Lent<'a, 'r, Self::Deps>,
        params: &'a Self::Params,
        cx: &'a mut Context<'r>,
    ) -> impl Future<Output = Made<Self::Returned>> + Send;
}

/// The `#[arg]`s of a provider: `()` if it has none.
pub trait Params: Clone + PartialEq + Send + Sync + 'static {
    /// Returns a placeholder for a signature that gives no arguments, which the compiler rejects if there are any.
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
    message = "this dependency takes arguments, which are not given",
    label = "has an `#[arg]`",
    note = "name each of them where it is asked for: `#[depends(has_role(role = \"admin\"))]`"
)]
pub trait NoParams {}

#[diagnostic::do_not_recommend]
impl NoParams for () {}

/// `Self` is what an `#[depends(provider(..))]` has filled in for the [`Params`] `P`.
#[diagnostic::on_unimplemented(
    message = "this dependency is not given all of its arguments: it takes `{P}`, and has `{Self}`",
    label = "an `#[arg]` is missing",
    note = "name each of them: `#[depends(has_role(role = \"admin\", level = 3))]`"
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
