//! How long a dependency's value lives: for one request, or as long as the app.

use std::future::Future;

use super::{CacheEntries, DependencyCache, Plan, Provider};
use crate::{
    extract::Arg,
    request::{AppState, Context},
};

/// A dependency's scope: [`RequestScope`], or [`AppScope`] for `#[dependency(scope = "app")]`.
#[diagnostic::on_unimplemented(
    message = "the value of an app-scoped dependency is shared by all requests, so what `{P}` returns must be `Sync`",
    label = "not `Sync`",
    note = "wrap it in a `Mutex`, or make the dependency request-scoped"
)]
pub trait Scope<P: Provider>: 'static {
    #[doc(hidden)]
    const PER_REQUEST: bool;
    /// The entries of the provider and of its dependencies in a request.
    type CacheEntries: CacheEntries;
    /// The form in which a function is lent the value.
    type Injected<'a, 'r>: Send;

    #[doc(hidden)]
    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<()>> + Send;
    #[doc(hidden)]
    fn lend<'a, 'r>(
        lookup: Option<&'a mut P::Returned>,
        state: &'r AppState,
    ) -> Self::Injected<'a, 'r>;
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
    message = "an app-scoped dependency cannot depend on a request-scoped one",
    label = "lives only for one request",
    note = "give it `#[dependency(scope = \"app\")]`, or remove the scope of the dependency that uses it"
)]
pub trait OutlivesRequests {}

#[diagnostic::do_not_recommend]
impl OutlivesRequests for AppScope {}

/// The scope whose values may be lent to middleware.
#[diagnostic::on_unimplemented(
    message = "middleware runs before the request has dependencies, so it takes only app-scoped ones",
    label = "request-scoped",
    note = "give it `#[dependency(scope = \"app\")]`, or read what you need from the request"
)]
pub trait AroundRequests {}

#[diagnostic::do_not_recommend]
impl AroundRequests for AppScope {}
