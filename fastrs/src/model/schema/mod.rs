//! A type's input schema, compiled to nodes for the walk.

// Compiling a schema runs once per type: as in `openapi`, loops take less time to compile than chains of iterators.

mod alternatives;
mod compile;
mod compiled;
mod label;
mod limits;
mod node;

pub(super) use compile::Resolve;
pub use compiled::{Compiled, FieldShape, FileShape, Mode, Shape};
#[cfg(feature = "multipart")]
pub(crate) use label::either;
pub(super) use label::python_repr;
pub(super) use limits::{Limits, Pattern};
pub(super) use node::{Choice, Format, Id, KeyRule, Node, Object, ObjectField, Rule};
