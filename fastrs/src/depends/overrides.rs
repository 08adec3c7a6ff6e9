//! Replacing providers, mostly in tests.

use std::any::{Any, TypeId};

use super::{DependencyCache, Provider, make, yields::take_slot};
use crate::{
    extract::Arg,
    request::{AppState, BoxFuture, Context},
};

/// A replacement for a provider's value: the value itself, or the `Ok` value of a provider that returns a `Result`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot stand in for what this dependency returns, `{R}`",
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

/// A function that returns a provider's value, or the `Ok` of it: `|| "rick".to_owned()`.
pub trait Substitute<P: Provider>: Send + Sync + 'static {
    #[doc(hidden)]
    fn value(&self) -> P::Returned;
}

impl<P, F, V> Substitute<P> for F
where
    P: Provider,
    F: Fn() -> V + Send + Sync + 'static,
    V: Replaces<P::Returned>,
{
    fn value(&self) -> P::Returned {
        self().into_returned()
    }
}

type Run<P> = for<'x, 'r> fn(
    &'x mut Context<'r>,
    &'x mut DependencyCache<()>,
) -> BoxFuture<'x, Arg<<P as Provider>::Returned>>;

/// The replacement for `P`.
pub(crate) enum Override<P: Provider> {
    /// A function that returns the value.
    Value(Box<dyn Fn() -> P::Returned + Send + Sync>),
    /// Another provider, with dependencies of its own.
    Provider(Run<P>),
}

impl<P: Provider> Override<P> {
    #[inline]
    pub(crate) fn of(state: &AppState) -> Option<&Self> {
        if state.overrides.is_empty() {
            return None;
        }
        state.overrides.get(&TypeId::of::<P>())?.downcast_ref()
    }

    pub(crate) fn by<Q>() -> Self
    where
        P: Provider<Params = ()>,
        Q: Provider<Params = (), Scope = P::Scope, Returned: Replaces<P::Returned>>,
    {
        Self::Provider(|cx, cache| Box::pin(replace::<P, Q>(cx, cache)))
    }
}

async fn replace<P, Q>(cx: &mut Context<'_>, cache: &mut DependencyCache<()>) -> Arg<P::Returned>
where
    P: Provider<Params = ()>,
    Q: Provider<Params = (), Scope = P::Scope, Returned: Replaces<P::Returned>>,
{
    let made = make::<Q, ()>(cx, cache, &()).await;
    if let Some(exit) = cx.last_exit() {
        // The value is stored in the slot of `P`, and that is where the exit of `Q` finds it.
        exit.redirect(TypeId::of::<Q>(), TypeId::of::<P>(), |values, number| {
            let value = Q::Returned::from_returned(take_slot::<P>(values, &(), number)?)?;
            Some(Box::new(value) as Box<dyn Any>)
        });
    }
    made.map(Q::Returned::into_returned)
}
