//! Deserializes types from inputs other than the text of a JSON body, and from JSON that must be inspected first:
//! tagged and untagged enums, and structs with flattened fields.

mod deserialize;
mod entries;
mod error;
mod expected;
mod flattened;
mod foreign;
mod input;
mod json;
mod key;
mod part;
mod reading;
mod representation;
mod represented;
mod streamed;
mod tagged;
mod untagged;

pub use foreign::read_represented;
pub use input::names_of;
pub use part::Names;
pub(crate) use part::{Part, Rest};
pub use representation::{FlattenedField, Layout, Representation, Represented};
pub use untagged::InputSchema;

pub(crate) use representation::Maker;
pub(super) use representation::Value;

pub(crate) use error::{Fault, InputError};
pub(crate) use input::{FieldName, Fields, Input, TextSource, Texts, is_nullable, none};
pub(crate) use json::Json;
