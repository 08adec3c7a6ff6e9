//! What `#[derive(HttpError)]` needs to know about the fields of an error. All of it compiles for any type: a field of
//! a wrong type causes one error, wherever the derive uses it.

use std::{any::Any, error::Error, fmt, ops::Deref};

use super::{HttpError, Operation, ResponseError, http_error};
use crate::error::ErasedError;

type AnyError = dyn Error + Send + Sync;

/// A field that holds the cause of an error.
#[derive(Debug)]
pub struct Cause<'e, T>(pub &'e T);

impl<'e, T: Error + 'static> Cause<'e, T> {
    /// Returns the cause.
    pub fn error(self) -> Option<&'e (dyn Error + 'static)> {
        Some(self.0)
    }

    /// Returns the cause of the cause.
    pub fn source(self) -> Option<&'e (dyn Error + 'static)> {
        self.0.source()
    }
}

/// An `HttpError` is not an `Error`, so its own cause takes its place.
impl<'e> Cause<'e, HttpError> {
    /// Returns the cause.
    pub fn error(self) -> Option<&'e (dyn Error + 'static)> {
        self.0.source().map(|cause| cause as _)
    }

    /// Returns the cause of the cause.
    pub fn source(self) -> Option<&'e (dyn Error + 'static)> {
        self.error()
    }
}

/// A boxed error, or an `anyhow::Error`.
pub trait BoxedCause<'e> {
    #[doc(hidden)]
    fn error(self) -> Option<&'e (dyn Error + 'static)>;
    #[doc(hidden)]
    fn source(self) -> Option<&'e (dyn Error + 'static)>;
}

impl<'e, T: Deref<Target = AnyError>> BoxedCause<'e> for Cause<'e, T> {
    fn error(self) -> Option<&'e (dyn Error + 'static)> {
        Some(&**self.0)
    }

    fn source(self) -> Option<&'e (dyn Error + 'static)> {
        self.0.source()
    }
}

/// Fallback for a cause that is not an error.
pub trait NoCause {
    #[doc(hidden)]
    type Type;

    /// The compiler rejects a call of this, with an error about the type.
    #[doc(hidden)]
    #[rustfmt::skip]
    fn error(&self) -> Option<&'static (dyn Error + 'static)> where Self::Type: Error { None }

    #[doc(hidden)]
    fn source(&self) -> Option<&'static (dyn Error + 'static)> {
        None
    }
}

impl<T> NoCause for Cause<'_, T> {
    type Type = T;
}

/// The field of a transparent variant.
#[derive(Debug)]
pub struct Transparent<'e, T>(pub &'e T);

impl<T: ResponseError + fmt::Display> Transparent<'_, T> {
    /// Whether the field is an error with its own status.
    pub const HAS_STATUS: bool = true;
}

impl<'e, T: ResponseError> Transparent<'e, T> {
    /// Describes the responses of the field.
    pub fn describe(op: &mut Operation<'_>) {
        T::describe(op);
    }

    /// Returns the error that the client receives.
    pub fn http_error(self) -> HttpError {
        self.0.to_http_error()
    }

    /// Returns the error that the client receives if the variant has its own status. The text of an `HttpError`
    /// contains its cause, which is never sent: its detail takes the place of the text.
    pub fn with_status(self, status: u16, error: &dyn Error) -> HttpError {
        match (self.0 as &dyn Any).downcast_ref::<HttpError>() {
            Some(inner) if status < 500 => HttpError::new(status, inner.detail().clone()),
            _ => http_error(status, error),
        }
    }

    /// Returns the error that the variant stands for.
    pub fn inner(self) -> Option<&'e dyn ErasedError> {
        Some(self.0)
    }
}

impl<T: fmt::Display> Transparent<'_, T> {
    /// Writes the text of the field.
    pub fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Fallback for the field of a transparent variant that has no status or no text.
pub trait NotTransparent {
    #[doc(hidden)]
    const HAS_STATUS: bool = false;

    #[doc(hidden)]
    fn describe(_: &mut Operation<'_>) {}

    #[doc(hidden)]
    fn http_error(&self) -> HttpError {
        HttpError::from_status(500)
    }

    #[doc(hidden)]
    fn with_status(&self, status: u16, error: &dyn Error) -> HttpError {
        http_error(status, error)
    }

    #[doc(hidden)]
    fn inner(&self) -> Option<&'static dyn ErasedError> {
        None
    }

    #[doc(hidden)]
    fn write(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl<T> NotTransparent for Transparent<'_, T> {}

/// Checks that the field of a transparent variant without a status has one.
#[track_caller]
pub const fn has_status(has_one: bool, mistake: &str) {
    if !has_one {
        panic!("{}", mistake)
    }
}
