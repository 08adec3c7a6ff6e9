//! The functions that the output of `#[model]` calls, in place of serde's and schemars' derives: they deserialize,
//! serialize and describe a struct's fields.

mod fields;
mod members;
mod optional_part;
mod properties;

pub use fields::{Defaulted, Fields, Needed, NeverRead, Required, WhenMissing, read_struct};
pub use members::{Member, Members, write_struct};
pub use optional_part::OptionalPart;
pub use properties::{Property, StructSchema};
