//! The error for a client without a session.

use std::{error::Error, fmt};

use crate::{
    error::HttpError,
    openapi::{Operation, ResponseDoc},
    response::{ResponseError, error::as_http_error},
};

/// The client has no session: a 401. The document shows that a route whose dependencies return it requires a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSession;

impl fmt::Display for NoSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client has no session")
    }
}

/// The status stays the same when `?` converts the error into an [`HttpError`].
impl Error for NoSession {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        Some(const { &as_http_error::<Self>() })
    }
}

#[diagnostic::do_not_recommend]
impl ResponseError for NoSession {
    fn describe(op: &mut Operation<'_>) {
        op.requires_session();
        op.response(401, ResponseDoc::challenge());
    }

    fn to_http_error(&self) -> HttpError {
        HttpError::new(401, "Not authenticated").header("WWW-Authenticate", "Session")
    }
}
