//! What can go wrong, grouped by operation, so that no operation documents a response that it never sends.
//!
//! The errors of a single handler are next to it.

use fastrs::prelude::*;

use crate::models::Id;

/// Why something can't be read.
#[derive(Debug, HttpError)]
pub enum ReadError {
    /// Nothing has this number.
    #[error("no {0} {1}")]
    #[status(404)]
    NotFound(&'static str, Id),
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Why something can't be created.
#[derive(Debug, HttpError)]
pub enum CreateError {
    /// The value is taken, and only one may have it.
    #[error("the {0} {1:?} is taken")]
    #[status(409)]
    Taken(&'static str, String),
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Why something can't be changed.
#[derive(Debug, HttpError)]
pub enum ChangeError {
    /// Nothing has this number.
    #[error("no {0} {1}")]
    #[status(404)]
    NotFound(&'static str, Id),
    /// The value is taken, and only one may have it.
    #[error("the {0} {1:?} is taken")]
    #[status(409)]
    Taken(&'static str, String),
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Why something can't be deleted.
#[derive(Debug, HttpError)]
pub enum DeleteError {
    /// Nothing has this number.
    #[error("no {0} {1}")]
    #[status(404)]
    NotFound(&'static str, Id),
    /// An order refers to it.
    #[error("{0} {1} has been ordered")]
    #[status(409)]
    Ordered(&'static str, Id),
    /// The cause is logged, not sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
