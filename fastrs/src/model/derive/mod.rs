//! What `#[model]` emits calls of instead of serde's and schemars' derives: a struct's fields as they are read, written
//! and described.

mod fields;
mod members;
mod properties;

pub use fields::{Defaulted, Fields, Needed, NeverRead, Required, WhenMissing, read_struct};
pub use members::{Member, Members, write_struct};
pub use properties::{Property, StructSchema};
