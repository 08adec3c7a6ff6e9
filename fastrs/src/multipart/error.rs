//! The errors of multipart forms, with FastAPI's messages.

use std::{error::Error, fmt};

use crate::error::HttpError;

/// What is wrong with a form. The response is a 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    NoBoundary,
    /// The form does not follow the grammar. The reason is only logged.
    Malformed(&'static str),
    NoName,
    TooManyFields(usize),
    TooManyFiles(usize),
    /// A field that is not a file exceeds its limit, in bytes.
    PartTooLarge(usize),
}

impl FormError {
    pub(super) fn into_http_error(self) -> HttpError {
        HttpError::new(400, self.detail()).cause(self)
    }

    fn detail(self) -> String {
        match self {
            Self::NoBoundary => "Missing boundary in multipart.".to_owned(),
            Self::Malformed(_) => "Invalid multipart data.".to_owned(),
            Self::NoName => {
                "The Content-Disposition header field \"name\" must be provided.".to_owned()
            }
            Self::TooManyFields(limit) => {
                format!("Too many fields. Maximum number of fields is {limit}.")
            }
            Self::TooManyFiles(limit) => {
                format!("Too many files. Maximum number of files is {limit}.")
            }
            Self::PartTooLarge(limit) => {
                format!("Part exceeded maximum size of {}KB.", limit / 1024)
            }
        }
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => write!(f, "invalid multipart data: {reason}"),
            error => f.write_str(&error.detail()),
        }
    }
}

impl Error for FormError {}
