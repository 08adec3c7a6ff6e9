//! Values that a provider's function returned, whether or not they are a `Result`.

use std::marker::PhantomData;

use super::{Failure, OnceCheck, Operation, ResponseError};
use crate::security::MadeOnce;

/// The value that a provider's function returned: inherent methods handle a `Result`, and [`NoResult`] anything
/// else.
#[derive(Debug)]
pub struct Probe<T>(pub T);

impl<T, E: ResponseError> Probe<Result<T, E>> {
    /// Returns the error as a failure; the value that is stored is always an `Ok`.
    pub fn check(self) -> Result<Result<T, E>, Failure> {
        self.0.map(Ok).map_err(Failure::of)
    }

    /// Converts the return value of a function that yields.
    pub fn into_exit_result(self) -> Result<(), Failure> {
        self.0.map(drop).map_err(Failure::of)
    }
}

/// The methods of [`Probe`] for values that are not a `Result`.
pub trait NoResult {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn check(self) -> Result<Self::Value, Failure>;

    #[doc(hidden)]
    fn into_exit_result(self) -> Result<(), Failure>
    where
        Self: Sized,
    {
        self.check().map(drop)
    }
}

impl<T> NoResult for Probe<T> {
    type Value = T;

    fn check(self) -> Result<T, Failure> {
        Ok(self.0)
    }
}

/// What a provider's returned type says: which errors it documents, and whether an app should make the value once.
#[derive(Debug)]
pub struct ProbeType<T>(PhantomData<T>);

impl<T, E: ResponseError> ProbeType<Result<T, E>> {
    /// Describes the errors in the document.
    pub fn describe(op: &mut Operation<'_>) {
        E::describe(op);
    }
}

impl<T: MadeOnce> ProbeType<T> {
    /// The checks of a value that an app makes once.
    pub const ONCE: Option<OnceCheck<T>> = Some(OnceCheck::OF_VALUE);
}

impl<T: MadeOnce, E> ProbeType<Result<T, E>> {
    /// The checks of a value that an app makes once.
    pub const ONCE: Option<OnceCheck<Result<T, E>>> = Some(OnceCheck::OF_RESULT);
}

/// The fallback of [`ProbeType`] for types that are not a `Result`, of which there are no errors, and for values that may
/// be made for each request.
pub trait NoResultType {
    #[doc(hidden)]
    type Returned;
    #[doc(hidden)]
    const ONCE: Option<OnceCheck<Self::Returned>> = None;

    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>) {}
}

impl<T> NoResultType for ProbeType<T> {
    type Returned = T;
}

/// Gives back an app-scoped value that was lent.
#[derive(Debug)]
pub struct Back<T>(PhantomData<T>);

impl<T: Clone> Back<T> {
    /// Returns a clone, since requests may still hold the value.
    pub fn of(value: &T) -> T {
        value.clone()
    }
}

/// The fallback of [`Back`] for a value that the compiler has rejected.
pub trait NoBack<T> {
    #[doc(hidden)]
    fn of(_: &T) -> T {
        unreachable!("the compiler has rejected it")
    }
}

impl<T> NoBack<T> for Back<T> {}
