//! Replacing providers, mostly in tests.

use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use super::{
    DependencyCache, OutlivesRequests, Override, Plan, Provider, resolve::run, yields::take_value,
};
use crate::{extract::Arg, request::Context};

/// A replacement for a provider's value: the value itself, or the `Ok` value of a provider that returns a `Result`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot replace the value of this dependency, which returns `{R}`",
    label = "not the dependency's value"
)]
pub trait Replaces<R>: Sized + 'static {
    #[doc(hidden)]
    fn into_returned(self) -> R;
    #[doc(hidden)]
    fn from_returned(returned: R) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: 'static> Replaces<T> for T {
    fn into_returned(self) -> T {
        self
    }

    fn from_returned(returned: T) -> Option<T> {
        Some(returned)
    }
}

#[diagnostic::do_not_recommend]
impl<T: 'static, E> Replaces<Result<T, E>> for T {
    fn into_returned(self) -> Result<T, E> {
        Ok(self)
    }

    fn from_returned(returned: Result<T, E>) -> Option<T> {
        returned.ok()
    }
}

// All requirements of `App::provide` and `App::override_dependency` are combined in one bound on `P`: if `P` is left
// out, each bound on another type would cause a separate error.

/// A value that stands in for the app-scoped provider `P`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be provided for `{P}`",
    label = "not what an app-scoped dependency of this name returns",
    note = "name the dependency by its function, and provide what that returns: `provide::<settings>(value)`, for `#[dependency(scope = \"app\")] async fn settings() -> ..`"
)]
pub trait Provided<P> {
    /// Records the replacement, and returns the value.
    #[doc(hidden)]
    fn provided(self, plan: &mut Plan) -> (TypeId, Arc<dyn Any + Send + Sync>);
}

#[diagnostic::do_not_recommend]
impl<P: TakesValue<T>, T> Provided<P> for T {
    fn provided(self, plan: &mut Plan) -> (TypeId, Arc<dyn Any + Send + Sync>) {
        plan.replace::<P>(|_| {});
        (TypeId::of::<P>(), Arc::new(P::returned(self)))
    }
}

/// An app-scoped provider for which `App::provide` takes a `T`.
pub trait TakesValue<T>: Provider<Returned: Sync> {
    #[doc(hidden)]
    fn returned(value: T) -> Self::Returned;
}

#[diagnostic::do_not_recommend]
impl<P, T> TakesValue<T> for P
where
    P: Provider<Returned: Sync, Scope: OutlivesRequests>,
    T: Replaces<P::Returned>,
{
    fn returned(value: T) -> P::Returned {
        value.into_returned()
    }
}

/// A function that returns the value of the provider `P`, or its `Ok` value: `|| "rick".to_owned()`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot replace `{P}`",
    label = "not a function that returns what a dependency of this name returns",
    note = "name the dependency by its function, and write a closure: `override_dependency::<current_user>(|| value)`"
)]
pub trait Substitute<P> {
    /// Records the replacement, and returns it.
    #[doc(hidden)]
    fn substitute(self, plan: &mut Plan) -> (TypeId, Box<dyn Any + Send + Sync>);
}

#[diagnostic::do_not_recommend]
impl<P: TakesFunction<F>, F> Substitute<P> for F {
    fn substitute(self, plan: &mut Plan) -> (TypeId, Box<dyn Any + Send + Sync>) {
        plan.replace::<P>(|_| {});
        (TypeId::of::<P>(), P::substitute(self))
    }
}

/// A provider for which `App::override_dependency` takes an `F`.
pub trait TakesFunction<F>: Provider {
    #[doc(hidden)]
    fn substitute(function: F) -> Box<dyn Any + Send + Sync>;
}

#[diagnostic::do_not_recommend]
impl<P, F, V> TakesFunction<F> for P
where
    P: Provider,
    F: Fn() -> V + Send + Sync + 'static,
    V: Replaces<P::Returned>,
{
    fn substitute(function: F) -> Box<dyn Any + Send + Sync> {
        let value = move || function().into_returned();
        Box::new(Override::<P>::Value(Box::new(value)))
    }
}

/// Returns the override that runs `Q` in place of `P`.
pub(crate) fn override_with<P, Q>() -> Override<P>
where
    P: Provider<Params = ()>,
    Q: Provider<Params = (), Scope = P::Scope, Returned: Replaces<P::Returned>>,
{
    Override::Provider(|cx, cache| Box::pin(run_instead::<P, Q>(cx, cache)))
}

async fn run_instead<P, Q>(
    cx: &mut Context<'_>,
    cache: &mut DependencyCache<()>,
) -> Arg<P::Returned>
where
    P: Provider<Params = ()>,
    Q: Provider<Params = (), Scope = P::Scope, Returned: Replaces<P::Returned>>,
{
    let result = run::<Q, ()>(cx, cache, &()).await;
    if let Some(exit) = cx.last_exit() {
        // The value is stored in the entry of `P`, and that is where the exit of `Q` finds it.
        exit.redirect(TypeId::of::<Q>(), TypeId::of::<P>(), |values, number| {
            let value = Q::Returned::from_returned(take_value::<P>(values, &(), number)?)?;
            Some(Box::new(value) as Box<dyn Any>)
        });
    }
    result.map(Q::Returned::into_returned)
}
