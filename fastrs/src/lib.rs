//! x
mod model;
pub use model::*;
