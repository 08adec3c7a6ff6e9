//! What a provider's function returned, whether it is a `Result` or not.

use std::marker::PhantomData;

use super::{Failure, Made, Operation, ResponseError};

/// What a provider's function returned: a `Result` by its inherent methods, anything else by [`PlainValue`].
#[derive(Debug)]
pub struct Probe<T>(pub T);

impl<T, E: ResponseError> Probe<Result<T, E>> {
    /// Takes the error out: what is kept is an `Ok`.
    pub fn check(self) -> Made<Result<T, E>> {
        self.0.map(Ok).map_err(Failure::of)
    }

    /// The end of a function that yields.
    pub fn ended(self) -> Made<()> {
        self.0.map(drop).map_err(Failure::of)
    }
}

/// The same for what is no `Result`.
pub trait PlainValue {
    #[doc(hidden)]
    type Value;

    #[doc(hidden)]
    fn check(self) -> Made<Self::Value>;

    #[doc(hidden)]
    fn ended(self) -> Made<()>
    where
        Self: Sized,
    {
        self.check().map(drop)
    }
}

impl<T> PlainValue for Probe<T> {
    type Value = T;

    fn check(self) -> Made<T> {
        Ok(self.0)
    }
}

/// The errors that a provider's returned type documents.
#[derive(Debug)]
pub struct ProbeType<T>(PhantomData<T>);

impl<T, E: ResponseError> ProbeType<Result<T, E>> {
    /// Documents them.
    pub fn describe(op: &mut Operation<'_>) {
        E::describe(op);
    }
}

/// The same for what is no `Result`: none.
pub trait PlainType {
    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>) {}
}

impl<T> PlainType for ProbeType<T> {}

/// How an app-scoped value that was lent is given back.
#[derive(Debug)]
pub struct Back<T>(PhantomData<T>);

impl<T: Clone> Back<T> {
    /// As a clone, since requests may still hold it.
    pub fn of(value: &T) -> T {
        value.clone()
    }
}

/// The same for a value that the compiler has refused.
pub trait NoBack<T> {
    #[doc(hidden)]
    fn of(_: &T) -> T {
        unreachable!("the compiler has refused it")
    }
}

impl<T> NoBack<T> for Back<T> {}
