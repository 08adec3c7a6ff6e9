//! Why a token of another party is not accepted.

use std::{error::Error, fmt};

use crate::{
    error::{AsHttpError, HttpError},
    openapi::{HeaderDoc, Operation, ResponseDoc},
    response::{ResponseError, error::as_http_error},
    security::JwtError,
};

/// A token was not accepted, or could not be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwksError {
    /// The token is invalid: a 401.
    Invalid(JwtError),
    /// The keys could not be fetched, and there are no earlier ones: a 503. The log says why.
    Unavailable,
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Unavailable => f.write_str("the keys that check tokens could not be fetched"),
        }
    }
}

/// The status stays the same when `?` converts the error into an [`HttpError`].
impl Error for JwksError {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        static CONVERT: AsHttpError = as_http_error::<JwksError>();
        Some(&CONVERT)
    }
}

#[diagnostic::do_not_recommend]
impl From<JwtError> for JwksError {
    fn from(error: JwtError) -> Self {
        Self::Invalid(error)
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for JwksError {
    fn describe(op: &mut Operation<'_>) {
        op.response(401, ResponseDoc::challenge());
        let unavailable = ResponseDoc::error().header(HeaderDoc::new("Retry-After"));
        op.response(503, unavailable);
    }

    fn to_http_error(&self) -> HttpError {
        match self {
            Self::Invalid(error) => error.to_http_error(),
            Self::Unavailable => HttpError::new(503, "Tokens cannot be checked at the moment")
                .header("Retry-After", "10")
                .already_logged(),
        }
    }
}
