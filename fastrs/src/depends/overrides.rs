//! Replacing providers, mostly in tests.

use std::any::{Any, TypeId};

use super::{DependencyCache, Override, Provider, resolve::run, yields::take_value};
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
