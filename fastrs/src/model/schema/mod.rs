//! A type's input schema, compiled to nodes that a value can be walked along.

// What compiles schemas runs once for a type: as in `openapi`, loops are less to compile than chains of iterators.

mod alternatives;
mod compile;
mod compiled;
mod label;
mod limits;
mod node;

pub use compiled::{Compiled, FieldShape, Mode, Shape};
pub(super) use limits::{Limits, Pattern};
pub(super) use node::{Choice, Format, Id, KeyRule, Node, Object, Rule};
