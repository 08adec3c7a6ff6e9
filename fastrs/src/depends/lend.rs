//! Lending a dependency's value as `&T`, as `&mut T`, or as a cloned `T`, depending on how the argument is written.

use std::fmt;

use super::{Dep, Provider};

/// `Self` is the value in a provider's return type `R`: `R` itself, or the `Ok` type of a `Result`.
#[diagnostic::on_unimplemented(
    message = "this dependency does not provide a `{Self}`: it returns `{R}`",
    label = "not what the dependency returns",
    note = "write the argument as `&T`, `&mut T` or `T`, where `T` is the dependency's value"
)]
pub trait ValueOf<R>: Sized {
    #[doc(hidden)]
    fn of(returned: &R) -> Option<&Self>;
    #[doc(hidden)]
    fn of_mut(returned: &mut R) -> Option<&mut Self>;
}

#[diagnostic::do_not_recommend]
impl<T> ValueOf<T> for T {
    fn of(returned: &T) -> Option<&T> {
        Some(returned)
    }

    fn of_mut(returned: &mut T) -> Option<&mut T> {
        Some(returned)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E> ValueOf<Result<T, E>> for T {
    fn of(returned: &Result<T, E>) -> Option<&T> {
        returned.as_ref().ok()
    }

    fn of_mut(returned: &mut Result<T, E>) -> Option<&mut T> {
        returned.as_mut().ok()
    }
}

/// A value of this request, lent to one function at a time.
pub struct ExclusiveRef<'a, R>(&'a mut R);

impl<'a, R> ExclusiveRef<'a, R> {
    pub(super) fn new(value: Option<&'a mut R>) -> Self {
        Self(value.expect("a dependency is resolved before it is lent"))
    }
}

/// A value of the app, lent to all requests at once.
pub struct SharedRef<'r, R>(&'r R);

impl<'r, R> SharedRef<'r, R> {
    pub(super) fn new(value: Option<&'r R>) -> Self {
        Self(value.expect("an app-scoped dependency is created before the first request"))
    }
}

impl<R> fmt::Debug for ExclusiveRef<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExclusiveRef")
    }
}

impl<R> fmt::Debug for SharedRef<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedRef")
    }
}

/// Types that can be lent as `&T`.
#[doc(hidden)]
pub trait LendRef<'a, R: 'a> {
    fn returned(self) -> &'a R;
}

impl<'a, R> LendRef<'a, R> for ExclusiveRef<'a, R> {
    fn returned(self) -> &'a R {
        self.0
    }
}

impl<'a, 'r: 'a, R> LendRef<'a, R> for SharedRef<'r, R> {
    fn returned(self) -> &'a R {
        self.0
    }
}

/// Types that can be lent as `&mut T`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an app-scoped dependency is shared by all requests and cannot be lent as `&mut`",
    label = "app-scoped: write the argument as `&T`, or as `T` to clone it"
)]
pub trait LendMut<'a, R: 'a> {
    fn returned_mut(self) -> &'a mut R;
}

#[diagnostic::do_not_recommend]
impl<'a, R> LendMut<'a, R> for ExclusiveRef<'a, R> {
    fn returned_mut(self) -> &'a mut R {
        self.0
    }
}

/// Types that can be lent as `T`: one bound that combines the type and `Clone`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be taken by value from this dependency, which returns `{R}`",
    label = "not what the dependency returns, or not `Clone`",
    note = "write `&{Self}` to borrow it, or derive `Clone` for it"
)]
pub trait CloneOf<R>: ValueOf<R> {
    #[doc(hidden)]
    fn clone_of(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<R, T: Clone + ValueOf<R>> CloneOf<R> for T {
    fn clone_of(&self) -> T {
        self.clone()
    }
}

type Returned<D> = <<D as Dep>::Provider as Provider>::Returned;

const RESOLVED: &str = "a dependency that failed is not lent";

/// Lends `user: &User`.
pub fn lend_ref<'a, 'r, D: Dep, T>(injected: D::Injected<'a, 'r>) -> &'a T
where
    T: ValueOf<Returned<D>> + 'a,
    D::Injected<'a, 'r>: LendRef<'a, Returned<D>>,
{
    T::of(injected.returned()).expect(RESOLVED)
}

/// Lends `tx: &mut Transaction`.
pub fn lend_mut<'a, 'r, D: Dep, T>(injected: D::Injected<'a, 'r>) -> &'a mut T
where
    T: ValueOf<Returned<D>> + 'a,
    D::Injected<'a, 'r>: LendMut<'a, Returned<D>>,
{
    T::of_mut(injected.returned_mut()).expect(RESOLVED)
}

/// Lends `pool: Pool`.
pub fn lend_clone<'a, 'r, D: Dep, T>(injected: D::Injected<'a, 'r>) -> T
where
    T: CloneOf<Returned<D>> + 'a,
    D::Injected<'a, 'r>: LendRef<'a, Returned<D>>,
{
    T::of(injected.returned()).expect(RESOLVED).clone_of()
}

/// Lends `pool: Pool` to a dependency that yields.
pub fn keep_clone<'a, 'r, D: Dep, T>(injected: D::Injected<'a, 'r>) -> T
where
    T: CloneOf<Returned<D>> + 'a,
    D::Injected<'a, 'r>: LendRef<'a, Returned<D>>,
{
    lend_clone::<D, T>(injected)
}

/// The argument `settings: &Settings` of a dependency that yields: it outlives the request's own values.
#[derive(Debug)]
pub struct KeptRef<'r, R>(SharedRef<'r, R>);

impl<'r, R> KeptRef<'r, R> {
    /// Returns the value.
    pub fn get<T: ValueOf<R>>(&self) -> &'r T {
        T::of(self.0.0).expect(RESOLVED)
    }
}

/// Types that can be lent as `&T` to a dependency that yields.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a dependency that yields outlives the request's values and cannot borrow one",
    label = "request-scoped: take it by value (`T`, cloned), or make it app-scoped"
)]
pub trait Outlives<'r, R> {
    fn into_kept(self) -> KeptRef<'r, R>;
}

#[diagnostic::do_not_recommend]
impl<'r, R> Outlives<'r, R> for SharedRef<'r, R> {
    fn into_kept(self) -> KeptRef<'r, R> {
        KeptRef(self)
    }
}

/// Lends `settings: &Settings` to a dependency that yields.
pub fn keep_ref<'a, 'r, D: Dep>(injected: D::Injected<'a, 'r>) -> KeptRef<'r, Returned<D>>
where
    D::Injected<'a, 'r>: Outlives<'r, Returned<D>>,
{
    injected.into_kept()
}

/// Types that an app-scoped dependency can get back from its `Yield`: as a clone, since requests may still hold the
/// value.
#[diagnostic::on_unimplemented(
    message = "an app-scoped dependency that yields gets back a clone of its value: `{Self}` must be `Clone`",
    label = "not `Clone`",
    note = "wrap it in an `Arc`"
)]
pub trait TakeBack: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> TakeBack for T {}
