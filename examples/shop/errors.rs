//! What can go wrong, by what was asked: no operation documents an answer that it never gives.
//!
//! The errors of a single handler stand beside it.

use fastrs::prelude::*;

use crate::models::Id;

/// Why something can't be read.
#[derive(Debug, HttpError)]
pub enum ReadError {
    /// There is nothing of that number.
    #[error("no {0} {1}")]
    #[status(404)]
    NotFound(&'static str, Id),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
}

/// Why something can't be created.
#[derive(Debug, HttpError)]
pub enum CreateError {
    /// Another one has what only one can have.
    #[error("the {0} {1:?} is taken")]
    #[status(409)]
    Taken(&'static str, String),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
}

/// Why something can't be changed.
#[derive(Debug, HttpError)]
pub enum ChangeError {
    /// There is nothing of that number.
    #[error("no {0} {1}")]
    #[status(404)]
    NotFound(&'static str, Id),
    /// Another one has what only one can have.
    #[error("the {0} {1:?} is taken")]
    #[status(409)]
    Taken(&'static str, String),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
}

/// Why something can't be deleted.
#[derive(Debug, HttpError)]
pub enum DeleteError {
    /// There is nothing of that number.
    #[error("no {0} {1}")]
    #[status(404)]
    NotFound(&'static str, Id),
    /// An order refers to it.
    #[error("{0} {1} has been ordered")]
    #[status(409)]
    Ordered(&'static str, Id),
    /// The cause is logged, not sent.
    #[error("database: {0}")]
    #[status(500)]
    Database(#[from] sqlx::Error),
}
