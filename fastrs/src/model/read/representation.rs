//! Types whose JSON has to be looked at before it is read: tagged and untagged enums, structs with flattened fields.
//!
//! serde's derive keeps such a value in a buffer of its own, which holds no integer keys and no 128 bits, and takes any
//! error in an optional flattened field for its absence. `#[model]` derives how the type would be read if it were tagged
//! externally, with nothing flattened, and here it is read so from a tape.

use std::{
    any::Any,
    cell::{Cell, RefCell},
};

use serde::{
    Deserializer,
    de::{Error, Visitor},
    forward_to_deserialize_any,
};

use super::{
    error::InputError,
    flattened::Flattened,
    foreign::Reader,
    input::{Input, Json},
    part::{Names, Part, Rest},
    tagged::Tagged,
    untagged::{Candidates, InputSchema},
};
use crate::model::{Model, tape::JsonRef};

/// How a type is represented in JSON, in serde's words.
#[derive(Debug)]
pub enum Representation {
    /// An enum whose tag stands among a variant's fields.
    Internal {
        /// Its name.
        tag: &'static str,
    },
    /// An enum whose tag stands beside what a variant holds.
    Adjacent {
        /// The tag's name.
        tag: &'static str,
        /// The name of the rest.
        content: &'static str,
        /// Whether other names are refused.
        closed: bool,
    },
    /// An enum without a tag.
    Untagged(&'static InputSchema),
    /// Something that is made of JSON.
    Made(Maker),
    /// A struct with flattened fields.
    Flattened {
        /// These.
        fields: &'static [FlattenedField],
        /// Whether names that no field takes are refused.
        closed: bool,
    },
}

/// A flattened field.
#[derive(Debug)]
pub struct FlattenedField {
    /// The name that it is read by. It begins with a zero, as no name in JSON does.
    pub key: &'static str,
    /// The names that it takes.
    pub names: fn() -> Names,
}

/// A type that is not read key by key. `#[model]` implements it.
pub trait Represented: Model + Sized + 'static {
    /// How it is represented.
    const REPRESENTATION: &'static Representation;

    /// Reads it as if it were tagged externally, and nothing flattened.
    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

/// Makes a value of JSON.
#[derive(Debug)]
pub struct Maker(fn(Json<'_>) -> Result<Box<dyn Any>, InputError>);

impl Maker {
    pub(crate) const fn of(make: fn(Json<'_>) -> Result<Box<dyn Any>, InputError>) -> Self {
        Self(make)
    }
}

/// The name of a newtype that says to fastrs what is asked for; to others it says nothing.
const ASKING: &str = "$fastrs::representation";

thread_local! {
    /// The representation that is asked for. serde's methods have no room for it.
    static ASKED: Cell<Option<&'static Representation>> = const { Cell::new(None) };
    /// What was made.
    static MADE: Cell<Option<Box<dyn Any>>> = const { Cell::new(None) };
}

/// What was just made, if it is a `T`.
pub(super) fn made<T: 'static>() -> Option<T> {
    let made = MADE.take()?.downcast().ok()?;
    Some(*made)
}

/// Reads a type by its representation.
pub fn read_represented<'de, T: Represented, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    ASKED.set(Some(T::REPRESENTATION));
    from.deserialize_newtype_struct(ASKING, Reader::<T>::new())
}

/// What was asked for by [`read_represented`], if a newtype of this name is.
pub(super) fn asked(name: &str) -> Option<&'static Representation> {
    match name == ASKING {
        true => ASKED.take(),
        false => None,
    }
}

/// What is read by its representation.
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

    /// The object that it is, or is part of.
    fn json(self) -> Json<'s> {
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

    /// What is left of the object once these names have taken theirs.
    fn without<'b>(self, hidden: &'b [&'b str]) -> Result<Rest<'b>, InputError>
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

/// Reads what fastrs has on a tape already.
pub(super) fn read<'de, V: Visitor<'de>>(
    representation: &'static Representation,
    value: Value<'_>,
    visitor: V,
) -> Result<V::Value, InputError> {
    let schema = match representation {
        Representation::Untagged(schema) => schema,
        Representation::Made(Maker(make)) => {
            MADE.set(Some(make(value.json())?));
            return visitor.visit_unit();
        }
        other => return visitor.visit_some(Reading::new(value, How::Represented(other))),
    };
    let Json { tape, id } = value.json();
    // The walk has chosen, if it came by.
    let of = schema.get().union();
    if let Some(variant) = of.and_then(|of| tape.variant(id, of)) {
        return visitor.visit_some(Reading::variant(variant, value));
    }
    let mut own = tape.part(id);
    let variants = schema
        .choose(&mut own, crate::model::Tape::ROOT)?
        .into_iter();
    let value = match value {
        Value::Json(_) => Value::Json(Json::whole(&own)),
        part => part,
    };
    visitor.visit_seq(Candidates { variants, value })
}

/// The names under which a representation takes entries of an object.
pub(super) fn tell<'de, V: Visitor<'de>>(
    representation: &'static Representation,
    names: &RefCell<Names>,
    visitor: V,
) -> Result<V::Value, InputError> {
    let mut taken = Names::default();
    match representation {
        Representation::Internal { tag } => taken.known.push(tag),
        Representation::Adjacent { tag, content, .. } => taken.known.extend([*tag, *content]),
        Representation::Untagged(schema) => taken.known.extend(schema.get().names()),
        Representation::Flattened { fields, .. } => {
            for field in *fields {
                taken.add((field.names)());
            }
        }
        Representation::Made(_) => taken.any = true,
    }
    names.borrow_mut().add(taken);
    match representation {
        // It tells its own, too.
        Representation::Flattened { .. } => visitor.visit_some(Input::Names(names)),
        _ => Err(InputError::new("")),
    }
}

/// A value, and how it is read.
pub(super) struct Reading<'s> {
    value: Value<'s>,
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    Represented(&'static Representation),
    /// As a variant of an untagged enum.
    Variant(u32),
}

impl<'s> Reading<'s> {
    fn new(value: Value<'s>, how: How) -> Self {
        Self { value, how }
    }

    pub(super) fn variant(variant: u32, value: Value<'s>) -> Self {
        Self::new(value, How::Variant(variant))
    }
}

impl<'de> Deserializer<'de> for Reading<'_> {
    type Error = InputError;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let representation = match self.how {
            How::Variant(variant) => {
                return visitor.visit_enum(Tagged::untagged(variant, self.value));
            }
            How::Represented(representation) => representation,
        };
        match representation {
            Representation::Internal { tag } => {
                let hidden = [*tag];
                let name = tag_of(self.value, tag)?;
                let rest = self.value.without(&hidden)?.for_one();
                visitor.visit_enum(Tagged::internal(name, &rest))
            }
            Representation::Adjacent {
                tag,
                content,
                closed,
            } => {
                let name = tag_of(self.value, tag)?;
                let found = take(self.value, content)?;
                let names = [*tag, *content];
                let rest = self.value.without(&names)?;
                if let Some((_, unknown, _)) = rest.entries().next().filter(|_| *closed) {
                    return Err(InputError::unknown_field(unknown, &[]));
                }
                visitor.visit_enum(Tagged::adjacent(name, content, found))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let How::Represented(Representation::Flattened { fields, closed }) = self.how else {
            return self.deserialize_any(visitor);
        };
        let whole = self.value.without(&[])?;
        let rest = self.value.without(names)?;
        visitor.visit_map(Flattened::new(names, fields, *closed, &whole, &rest))
    }

    /// Nothing of the kind is derived.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        Err(self.value.input().refuse(&visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The tag in an object, which nobody sees any more who looks at the same one.
fn tag_of<'s>(value: Value<'s>, tag: &'static str) -> Result<&'s str, InputError> {
    let json = match take(value, tag)? {
        Some(json) => json,
        None => return Err(InputError::missing_field(tag)),
    };
    match json.tape.text(json.id) {
        Some(text) => Ok(text),
        None => Err(Input::Json(json).refuse(&"a tag").under(tag)),
    }
}

/// What stands under a name of an object.
fn take<'s>(value: Value<'s>, name: &str) -> Result<Option<Json<'s>>, InputError> {
    let part = match value {
        Value::Part(part) => return Ok(part.take_one(&[name]).map(|(_, json)| json)),
        Value::Json(json) => json,
    };
    match part.at() {
        JsonRef::Object(_) => {
            let found = part.tape.get(part.id, name);
            Ok(found.map(|id| Json { id, ..part }))
        }
        _ => Err(value.input().refuse(&"an object")),
    }
}
