//! Types whose JSON must be inspected before it is read: tagged and untagged enums, and structs with flattened fields.
//!
//! serde's derive keeps such a value in its own buffer, which holds neither integer keys nor 128-bit numbers, and
//! treats any error in an optional flattened field as its absence. `#[model]` derives how to read the type as if it
//! were externally tagged with nothing flattened, and this module presents the tape in that form.

use std::{any::Any, cell::Cell};

use serde::{Deserializer, de::DeserializeOwned};

use super::{
    error::InputError,
    input::Input,
    json::Json,
    part::{Names, Part, Rest},
    untagged::InputSchema,
};
use crate::model::{Model, tape::JsonRef};

/// How a type is represented in JSON.
#[derive(Debug)]
pub struct Representation {
    /// The layout of the JSON.
    pub layout: Layout,
    /// The flattened fields of a struct, or of all variants of an enum.
    pub flattened: &'static [FlattenedField],
    /// Whether names that no field takes are rejected.
    pub closed: bool,
}

/// The layouts of JSON that a type may have, in serde's terms.
#[derive(Debug)]
pub enum Layout {
    /// A struct with flattened fields.
    Struct,
    /// An enum whose tag is the only name of an object. Some variants have flattened fields.
    External,
    /// An enum whose tag is among a variant's fields.
    Internal {
        /// The tag's name.
        tag: &'static str,
    },
    /// An enum whose tag is beside the variant's content.
    Adjacent {
        /// The tag's name.
        tag: &'static str,
        /// The content's name.
        content: &'static str,
    },
    /// An enum without a tag.
    Untagged(&'static InputSchema),
    /// A value that a function makes from JSON.
    Made(Maker),
}

/// A flattened field.
#[derive(Debug)]
pub struct FlattenedField {
    /// The key under which it is read. It begins with a NUL, and such a key from a client is ignored.
    pub key: &'static str,
    /// Returns the names that the field takes.
    pub names: fn() -> Names,
}

/// A type that is not read field by field. `#[model]` implements this.
pub trait Represented: Model + Sized + 'static {
    /// The representation of the type.
    const REPRESENTATION: &'static Representation;

    /// Reads the type as if it were externally tagged, with nothing flattened.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

impl Representation {
    /// Returns the representation of a layout without flattened fields.
    pub(crate) const fn of(layout: Layout) -> Self {
        Self {
            layout,
            flattened: &[],
            closed: false,
        }
    }

    /// Returns Pydantic's name for a variant of an untagged enum.
    pub(super) fn label(&self, variant: u32) -> Option<&str> {
        match &self.layout {
            Layout::Untagged(schema) => schema.get().label(variant as usize),
            _ => None,
        }
    }

    /// Returns whether a tag that comes first determines how the entries after it are read.
    pub(super) const fn is_streamed(&self) -> bool {
        matches!(self.layout, Layout::Internal { .. }) && self.flattened.is_empty()
    }
}

/// Makes a value from JSON.
#[derive(Debug)]
pub struct Maker(fn(Json<'_>) -> Result<Box<dyn Any>, InputError>);

impl Maker {
    pub(crate) const fn of(make: fn(Json<'_>) -> Result<Box<dyn Any>, InputError>) -> Self {
        Self(make)
    }
}

/// The name of a newtype that tells fastrs's deserializer to use a representation. Other formats ignore it.
const NEWTYPE: &str = "$fastrs::representation";

thread_local! {
    /// The representation to use. serde's methods have no parameter for it.
    static REQUESTED: Cell<Option<&'static Representation>> = const { Cell::new(None) };
    /// The value that a [`Maker`] made.
    static MADE: Cell<Option<Box<dyn Any>>> = const { Cell::new(None) };
}

/// Makes a value, for [`made`] to take.
pub(super) fn make(Maker(make): &Maker, json: Json<'_>) -> Result<(), InputError> {
    MADE.set(Some(make(json)?));
    Ok(())
}

/// Takes the value that was just made, if it is a `T`.
pub(super) fn made<T: 'static>() -> Option<T> {
    let made = MADE.take()?.downcast().ok()?;
    Some(*made)
}

/// Prepares the deserializer for a type's representation, and returns the name of the newtype to request from it.
pub(super) fn request(representation: &'static Representation) -> &'static str {
    REQUESTED.set(Some(representation));
    NEWTYPE
}

/// Returns the representation that was requested, if this is the name of its newtype.
pub(super) fn requested(name: &str) -> Option<&'static Representation> {
    match name == NEWTYPE {
        true => REQUESTED.take(),
        false => None,
    }
}

/// A value that is read according to a representation.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) enum Value<'s> {
    Json(Json<'s>),
    Part(Part<'s>),
}

impl<'s> Value<'s> {
    pub(in crate::model) fn input<'de>(self) -> Input<'de, 's> {
        match self {
            Self::Json(json) => Input::Json(json),
            Self::Part(part) => Input::Part(part),
        }
    }

    /// Returns the value as this type, if it can be read as one. Other readers still see its entries.
    pub(in crate::model) fn try_read<T: DeserializeOwned>(self) -> Option<T> {
        let part = match self {
            Self::Json(json) => return T::deserialize(Input::Json(json)).ok(),
            Self::Part(part) => part,
        };
        let rest = part.rest.fork();
        T::deserialize(Input::Part(Part {
            rest: &rest,
            ..part
        }))
        .ok()
    }

    /// Returns the JSON of the value, or of the object that it is a part of.
    pub(super) fn json(self) -> Json<'s> {
        match self {
            Self::Json(json) => json,
            Self::Part(part) => part.rest.object(),
        }
    }

    fn outer(self) -> Option<&'s Rest<'s>> {
        match self {
            Self::Json(_) => None,
            Self::Part(part) => Some(part.rest),
        }
    }

    /// Returns the object without the entries under these names.
    pub(super) fn without<'b>(self, hidden: &'b [&'b str]) -> Result<Rest<'b>, InputError>
    where
        's: 'b,
    {
        let json = self.json();
        match json.at() {
            JsonRef::Object(_) => Ok(Rest::of(json, hidden, self.outer())),
            _ => Err(self.input().refuse(&"an object")),
        }
    }
}
