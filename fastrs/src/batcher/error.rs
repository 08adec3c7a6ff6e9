//! Why a call has no output.

use std::{error::Error, fmt};

use crate::{
    error::{AsHttpError, HttpError},
    openapi::{HeaderDoc, Operation, ResponseDoc},
    response::{ResponseError, error::as_http_error},
};

/// A [`Batcher`](super::Batcher) has no output for an input: the error that the function returned for it, with its own
/// status; a 503 with `Retry-After` if too many inputs are waiting; or else a 500.
///
/// A route that returns it documents the 503.
#[derive(Debug, Clone)]
pub struct BatchError(Reason);

#[derive(Debug, Clone)]
enum Reason {
    Busy,
    /// The function's own error.
    Returned(HttpError),
    Failed(String),
}

impl BatchError {
    pub(super) fn busy() -> Self {
        Self(Reason::Busy)
    }

    pub(super) fn returned(error: HttpError) -> Self {
        Self(Reason::Returned(error))
    }

    pub(super) fn failed(cause: impl fmt::Display) -> Self {
        Self(Reason::Failed(cause.to_string()))
    }

    /// Returns whether too many inputs are waiting, so that the client should try again later.
    pub fn is_busy(&self) -> bool {
        matches!(self.0, Reason::Busy)
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Busy => f.write_str("too many inputs are waiting for their batch"),
            Reason::Returned(error) => write!(f, "{error}"),
            Reason::Failed(cause) => write!(f, "a batch has failed: {cause}"),
        }
    }
}

/// The status stays the same when `?` converts the error into an [`HttpError`].
impl Error for BatchError {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        static CONVERT: AsHttpError = as_http_error::<BatchError>();
        Some(&CONVERT)
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for BatchError {
    fn describe(op: &mut Operation<'_>) {
        let busy = ResponseDoc::error().header(HeaderDoc::new("Retry-After"));
        op.response(503, busy);
    }

    fn to_http_error(&self) -> HttpError {
        match &self.0 {
            Reason::Busy => HttpError::from_status(503)
                .header("Retry-After", "1")
                .cause(self.to_string()),
            Reason::Returned(error) => error.clone(),
            Reason::Failed(_) => HttpError::from_status(500).cause(self.to_string()),
        }
    }
}
