//! Dependency injection: functions that are run for the sake of what they return.
//!
//! The graph is types. A signature's dependencies are a type list ([`DepList`]), each provider's own list hangs on it,
//! and the values live in a tree of typed entries of the same shape inside the endpoint's future: nothing is looked up
//! by name, nothing is allocated, and a missing or circular dependency is a compile error.

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

/// What a provider made, or the answer that it gave instead.
pub type Made<T> = Result<T, Failure>;

/// A function under `#[dependency]`.
///
/// Implemented by that attribute alone; [`Router::depends`](crate::Router::depends) and
/// [`App::override_dependency`](crate::App::override_dependency) take it as a type parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency",
    label = "not a `#[dependency]` function",
    note = "put `#[dependency]` on the function `{Self}`"
)]
pub trait Provider: Sized + Send + Sync + 'static {
    /// What the function returns, or lends through its `Yield`.
    type Returned: Send + 'static;
    /// What it depends on.
    type Deps: DepList;
    /// How long its value lives.
    type Scope: Scope<Self>;
    /// Its arguments that come from the request.
    type Args<'r>: Send;
    /// What `#[depends(provider(..))]` fills in: its `#[arg]`s.
    type Params: Params;
    /// The function's name.
    const NAME: &'static str;
    /// Whether only `App::provide` can give its value.
    const PROVIDED: bool = false;
    /// Whether it lends its value and goes on when the request is done.
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

/// What fills a provider's `#[arg]`s: `()` where it has none.
pub trait Params: Clone + PartialEq + Send + Sync + 'static {
    /// What stands in where a signature gives none, which the compiler has refused.
    #[doc(hidden)]
    fn none() -> &'static Self;
}

impl Params for () {
    fn none() -> &'static Self {
        &()
    }
}

/// The [`Params`] of a provider that is asked for by its name alone.
#[diagnostic::on_unimplemented(
    message = "this dependency takes arguments, which are not given",
    label = "has an `#[arg]`",
    note = "name each of them where it is asked for: `#[depends(has_role(role = \"admin\"))]`"
)]
pub trait NoParams {}

#[diagnostic::do_not_recommend]
impl NoParams for () {}

/// `Self` is what an `#[depends(provider(..))]` has filled in of the [`Params`] `P`.
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
