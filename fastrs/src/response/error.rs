//! Errors as responses.

use std::{any::Any, error::Error};

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use super::database::response_to as of_the_database;
use crate::{
    body::ReadError,
    error::{AsHttpError, BoxError, ErasedError, HttpError},
    model::ValidationError,
    openapi::Operation,
    request::Failure,
    response::IntoResponse,
};

/// An error that a handler or a dependency can return.
///
/// `#[derive(HttpError)]` implements it for an enum whose variants have a `#[status(..)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error that a handler can return",
    label = "not a `ResponseError`",
    note = "derive `HttpError` for it and give each variant a `#[status(..)]`, or return `fastrs::Result<..>`, whose error is an `HttpError::new(404, \"..\")`"
)]
pub trait ResponseError: Send + Sync + 'static {
    /// Adds the responses of this error to the operation.
    fn describe(op: &mut Operation<'_>);

    /// Returns the error that the client receives.
    fn to_http_error(&self) -> HttpError;

    /// Returns the error that this one stands for, whose exception handler handles this one as well.
    #[doc(hidden)]
    fn inner(&self) -> Option<&dyn ErasedError> {
        None
    }
}

/// What an exception handler can return: any response.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from an exception handler",
    label = "not a response",
    note = "an exception handler must be a plain function or closure, not an `async` one: what has to wait belongs in the handler or the dependency that returns the error",
    note = "put `#[model]` on a type to return it as JSON"
)]
pub trait ExceptionResponse: IntoResponse {}

#[diagnostic::do_not_recommend]
impl<R: IntoResponse> ExceptionResponse for R {}

/// The status is chosen at run time, so the document cannot include it: declare it with `responses(..)`.
#[diagnostic::do_not_recommend]
impl ResponseError for HttpError {
    fn describe(_: &mut Operation<'_>) {}

    fn to_http_error(&self) -> HttpError {
        self.clone()
    }

    fn inner(&self) -> Option<&dyn ErasedError> {
        let error = self.converted_from()?;
        match error.downcast_ref::<ValidationError>() {
            Some(invalid) => Some(invalid),
            None => AsHttpError::find(error),
        }
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for ValidationError {
    fn describe(op: &mut Operation<'_>) {
        op.may_reject();
    }

    fn to_http_error(&self) -> HttpError {
        HttpError::new(422, serde_json::to_value(self.errors()).unwrap_or_default())
    }
}

/// Converts any other error, such as a library's error, a boxed error, an `anyhow::Error` or a string, into a 500 whose
/// text is only logged. A [`ValidationError`], an error that derives `HttpError`, an error that is caused by the
/// request's own body ([`ReadError`]), and an error of the database, `sqlx::Error`, keep their own status.
impl<E: Into<BoxError>> From<E> for HttpError {
    fn from(error: E) -> Self {
        from_boxed(error.into())
    }
}

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
fn of_the_database(_: &(dyn Error + 'static)) -> Option<HttpError> {
    None
}

fn from_boxed(error: BoxError) -> HttpError {
    HttpError::converted(error, |error| {
        match error.downcast_ref::<ValidationError>() {
            Some(invalid) => Some(invalid.to_http_error()),
            None => ReadError::response_to(error).or_else(|| of_the_database(error)),
        }
    })
}

/// A violated constraint is a 409, a database that does not respond a 503, and anything else a 500.
///
/// So a handler can return `Result<T, sqlx::Error>`, and an error that derives `HttpError` can have a transparent
/// variant for it.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[diagnostic::do_not_recommend]
impl ResponseError for sqlx::Error {
    fn describe(op: &mut Operation<'_>) {
        super::database::describe(op);
    }

    fn to_http_error(&self) -> HttpError {
        of_the_database(self)
            .unwrap_or_else(|| HttpError::from_status(500))
            .cause(self.to_string())
    }
}

/// Returns the conversion of a derived error, for code that is not aware of its type.
pub const fn as_http_error<E: ResponseError + Error>() -> AsHttpError {
    AsHttpError(|error| Some(error.downcast_ref::<E>()?))
}

/// The error of a function that cannot fail but must declare an error type.
#[diagnostic::do_not_recommend]
impl ResponseError for std::convert::Infallible {
    fn describe(_: &mut Operation<'_>) {}

    fn to_http_error(&self) -> HttpError {
        match *self {}
    }
}

impl Failure {
    /// Creates a failure from an error.
    pub fn of<E: ResponseError>(error: E) -> Self {
        Self::erased(error)
    }
}

impl<E: ResponseError> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(error)
    }
}

impl<E: ResponseError> ErasedError for E {
    fn http_error(&self) -> HttpError {
        self.to_http_error()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn inner(&self) -> Option<&dyn ErasedError> {
        ResponseError::inner(self)
    }
}
