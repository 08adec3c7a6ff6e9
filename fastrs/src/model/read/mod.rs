//! Deserializes types from inputs other than the text of a JSON body, and from JSON that must be inspected first:
//! tagged and untagged enums, and structs with flattened fields.

mod entries;
mod error;
mod flattened;
mod foreign;
mod input;
mod part;
mod reading;
mod representation;
mod streamed;
mod tagged;
mod untagged;
mod variants;
mod words;

pub use part::{Names, names_of};
pub(crate) use part::{Part, Rest};
pub use representation::{FlattenedField, Layout, Representation, Represented, read_represented};
pub use untagged::InputSchema;

pub(crate) use representation::Maker;
pub(super) use representation::Value;

pub(crate) use error::{Fault, InputError};
pub(crate) use input::{FieldName, Fields, Input, Json, TextSource, Texts, is_nullable, none};
