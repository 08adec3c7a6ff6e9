//! FastAPI's tutorial, "Dependencies".

mod checks;
mod commons;
mod exits;

pub(crate) use checks::{tutorial006, tutorial011, tutorial012};
// FastAPI's tutorial001_02 gives an annotation a name; its tutorial003 and tutorial004 differ from tutorial002 only in
// how often the class is named. In Rust they are the same.
pub(crate) use commons::{
    tutorial001, tutorial001 as tutorial001_02, tutorial002, tutorial002 as tutorial003,
    tutorial002 as tutorial004, tutorial005,
};
pub(crate) use exits::{tutorial008b, tutorial008c, tutorial008d, tutorial008e};
