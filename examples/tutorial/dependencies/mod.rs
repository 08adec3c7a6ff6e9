//! FastAPI's tutorial, "Dependencies".

mod checks;
mod commons;
mod exits;

pub(crate) use checks::{tutorial006, tutorial011, tutorial012};
pub(crate) use commons::{tutorial001, tutorial002, tutorial005};
pub(crate) use exits::{tutorial008b, tutorial008c, tutorial008d, tutorial008e};
