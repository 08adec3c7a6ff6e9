//! The functions that the output of `#[model]` calls, in place of serde's and schemars' derives: they deserialize,
//! serialize and describe types.

mod content;
mod described;
mod docs;
mod fields;
mod flatten;
mod members;
mod properties;
mod variants;

pub use content::Content;
pub use described::ModelSchema;
pub use fields::{Defaulted, Fields, Needed, NeverRead, Required, WhenMissing, read_struct};
pub use members::{Member, Members, write_struct};
pub use properties::{FlatField, NotOptional, Property};
pub use variants::{Tagging, VariantSchema};
