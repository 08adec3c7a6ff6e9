//! Why a password cannot be hashed or verified.

use std::{error::Error, fmt};

use crate::{
    error::{AsHttpError, HttpError},
    model::{ErrorDetail, ValidationError},
    openapi::{HeaderDoc, Operation, ResponseDoc},
    response::{ResponseError, error::as_http_error},
};

/// A password was not hashed or verified: a 422 if it is too long, a 503 with `Retry-After` if too many others are
/// waiting, and a 500 if the system has no memory or thread for it.
///
/// A wrong password is none of these: see [`Verification`](super::Verification).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordError(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    TooLong { max_length: usize },
    Busy,
    Failed(String),
}

impl PasswordError {
    pub(super) fn too_long(max_length: usize) -> Self {
        Self(Reason::TooLong { max_length })
    }

    pub(super) fn busy() -> Self {
        Self(Reason::Busy)
    }

    pub(super) fn failed(cause: impl fmt::Display) -> Self {
        Self(Reason::Failed(cause.to_string()))
    }

    /// Returns whether too many other passwords are waiting, so that the client should try again later.
    pub fn is_busy(&self) -> bool {
        self.0 == Reason::Busy
    }
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::TooLong { max_length } => {
                write!(f, "the password has more than {max_length} bytes")
            }
            Reason::Busy => f.write_str("too many passwords are waiting to be hashed or verified"),
            Reason::Failed(cause) => write!(f, "a password could not be hashed: {cause}"),
        }
    }
}

/// The status stays the same when `?` converts the error into an [`HttpError`].
impl Error for PasswordError {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        static CONVERT: AsHttpError = as_http_error::<PasswordError>();
        Some(&CONVERT)
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for PasswordError {
    fn describe(op: &mut Operation<'_>) {
        op.may_reject();
        let busy = ResponseDoc::error().header(HeaderDoc::new("Retry-After"));
        op.response(503, busy);
    }

    fn to_http_error(&self) -> HttpError {
        match &self.0 {
            Reason::TooLong { max_length } => {
                let loc = vec!["body".into(), "password".into()];
                let message = format!("Data should have at most {max_length} bytes");
                let detail = ErrorDetail::new("bytes_too_long", loc, message);
                ValidationError::from(detail.ctx("max_length", *max_length)).to_http_error()
            }
            Reason::Busy => HttpError::from_status(503)
                .header("Retry-After", "1")
                .cause(self.to_string()),
            Reason::Failed(_) => HttpError::from_status(500).cause(self.to_string()),
        }
    }
}
