//! The error for a body that could not be read, and the status of the response to its request.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http_body_util::LengthLimitError;

use super::received::Interrupted;
use crate::error::{BoxError, HttpError};

/// The error for a body that could not be read completely.
///
/// If `?` turns an error that was caused by the body of the request into an [`HttpError`], the response has the
/// status of that cause: 413 for a body beyond its limit, 408 for one that stalled, 400 for one that ended early. A
/// proxy that streams the body into an HTTP client need not distinguish these errors from those of the other server.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The body is longer than allowed.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// No byte of a request's body arrived for this long.
    TimedOut {
        /// [`ServeConfig::body_timeout`](crate::ServeConfig::body_timeout).
        after: Duration,
    },
    /// A request's body arrives more slowly than the minimum rate.
    TooSlow {
        /// [`ServeConfig::min_body_rate`](crate::ServeConfig::min_body_rate), in bytes per second.
        min_rate: u32,
    },
    /// The sender failed, disconnected, or violated the framing.
    Io(BoxError),
}

impl ReadError {
    /// Converts the error of a body's frame, which may already be a `ReadError`.
    pub(super) fn of(error: BoxError) -> Self {
        match error.downcast() {
            Ok(error) => *error,
            Err(error) => Self::Io(error),
        }
    }

    /// Returns the error for the request, a 4xx since the client caused it.
    pub(crate) fn into_http_error(self) -> HttpError {
        let status = Self::status_of(&self).unwrap_or(StatusCode::BAD_REQUEST);
        http_error(status).cause(self)
    }

    /// Returns whether the body is longer than the route, or a layer, allows.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        Self::status_of(self) == Some(StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// Returns the response to an error that was caused by the body of a request.
    pub(crate) fn response_to(error: &(dyn Error + 'static)) -> Option<HttpError> {
        Self::status_of(error).map(http_error)
    }

    fn status_of(error: &(dyn Error + 'static)) -> Option<StatusCode> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            match error.downcast_ref() {
                Some(Self::TooLarge { .. }) => return Some(StatusCode::PAYLOAD_TOO_LARGE),
                Some(Self::TimedOut { .. } | Self::TooSlow { .. }) => {
                    return Some(StatusCode::REQUEST_TIMEOUT);
                }
                Some(Self::Io(_)) | None => {}
            }
            if error.is::<LengthLimitError>() {
                return Some(StatusCode::PAYLOAD_TOO_LARGE);
            }
            if error.is::<Interrupted>() {
                return Some(StatusCode::BAD_REQUEST);
            }
            cause = error.source();
        }
        None
    }
}

fn http_error(status: StatusCode) -> HttpError {
    match status {
        StatusCode::BAD_REQUEST => HttpError::new(status, "There was an error parsing the body"),
        _ => HttpError::from_status(status),
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::TimedOut { after } => write!(f, "no byte of the body arrived for {after:?}"),
            Self::TooSlow { min_rate } => {
                write!(
                    f,
                    "the body arrives at less than {min_rate} bytes per second"
                )
            }
            Self::Io(_) => f.write_str("the body could not be read completely"),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::TooLarge { .. } | Self::TimedOut { .. } | Self::TooSlow { .. } => None,
            Self::Io(error) => Some(&**error),
        }
    }
}
