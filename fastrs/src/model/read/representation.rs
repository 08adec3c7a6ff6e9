//! Types whose JSON must be inspected before it is read: tagged and untagged enums, and structs with flattened fields.
//!
//! serde's derive keeps such a value in its own buffer, which holds neither integer keys nor 128-bit numbers, and
//! treats any error in an optional flattened field as its absence. `#[model]` derives how to read the type as if it
//! were externally tagged with nothing flattened, and this module presents the tape in that form.

use std::{
    any::Any,
    cell::{Cell, RefCell},
};

use serde::{
    Deserializer,
    de::{DeserializeOwned, Error, Visitor},
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
    variants::Variants,
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
    /// A layout without flattened fields.
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
const ASKING: &str = "$fastrs::representation";

thread_local! {
    /// The representation to use. serde's methods have no parameter for it.
    static ASKED: Cell<Option<&'static Representation>> = const { Cell::new(None) };
    /// The value that a [`Maker`] made.
    static MADE: Cell<Option<Box<dyn Any>>> = const { Cell::new(None) };
}

/// Takes the value that was just made, if it is a `T`.
pub(super) fn made<T: 'static>() -> Option<T> {
    let made = MADE.take()?.downcast().ok()?;
    Some(*made)
}

/// Reads a type according to its representation.
pub fn read_represented<'de, T: Represented, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    ASKED.set(Some(T::REPRESENTATION));
    from.deserialize_newtype_struct(ASKING, Reader::<T>::new())
}

/// Returns the representation set by [`read_represented`], if this is the name of its newtype.
pub(super) fn asked(name: &str) -> Option<&'static Representation> {
    match name == ASKING {
        true => ASKED.take(),
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

    /// Returns the object without the entries under these names.
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

/// Reads a value that is already on a tape.
pub(super) fn read<'de, V: Visitor<'de>>(
    of: &'static Representation,
    value: Value<'_>,
    visitor: V,
) -> Result<V::Value, InputError> {
    let schema = match &of.layout {
        Layout::Untagged(schema) => schema,
        Layout::Made(Maker(make)) => {
            MADE.set(Some(make(value.json())?));
            return visitor.visit_unit();
        }
        _ => return visitor.visit_some(Reading::value(of, value)),
    };
    let Json { tape, id } = value.json();
    // If the walk has run, it has chosen a variant.
    let union = schema.get().union();
    if let Some(variant) = union.and_then(|union| tape.variant(id, union)) {
        return visitor.visit_some(Reading::variant(of, variant, value));
    }
    let mut own = tape.part(id);
    let variants = schema
        .choose(&mut own, crate::model::Tape::ROOT)?
        .into_iter();
    let value = match value {
        Value::Json(_) => Value::Json(Json::whole(&own)),
        part => part,
    };
    visitor.visit_seq(Candidates::new(of, variants, value))
}

/// Reads the fields of a struct, or of a variant, some of which may be flattened.
pub(super) fn read_fields<'de, V: Visitor<'de>>(
    of: &'static Representation,
    input: Input<'de, '_>,
    names: &'static [&'static str],
    visitor: V,
) -> Result<V::Value, InputError> {
    let flattened = of.flattened.iter();
    let mut flattened = flattened.filter(|field| names.contains(&field.key));
    let value = match input {
        Input::Names(all) => {
            for field in flattened {
                let names = (field.names)();
                all.borrow_mut().add(names);
            }
            return Input::Names(all).deserialize_struct("", names, visitor);
        }
        Input::Json(json) if flattened.next().is_some() => Value::Json(json),
        Input::Part(part) if flattened.next().is_some() => Value::Part(part),
        other => return other.deserialize_struct("", names, visitor),
    };
    let whole = value.without(&[])?;
    let rest = value.without(names)?;
    visitor.visit_map(Flattened::new(names, of, &whole, &rest))
}

/// Reports the names under which a representation takes entries of an object.
pub(super) fn tell<'de, V: Visitor<'de>>(
    of: &'static Representation,
    names: &RefCell<Names>,
    visitor: V,
) -> Result<V::Value, InputError> {
    let mut taken = Names::default();
    match &of.layout {
        Layout::Internal { tag } => taken.known.push(tag),
        Layout::Adjacent { tag, content } => taken.known.extend([*tag, *content]),
        Layout::Untagged(schema) => taken.known.extend(schema.get().names()),
        Layout::Made(_) => taken.any = true,
        Layout::Struct | Layout::External => {}
    }
    names.borrow_mut().add(taken);
    match &of.layout {
        Layout::Struct | Layout::External => visitor.visit_some(Reading {
            of,
            how: How::Names(names),
        }),
        Layout::Internal { .. } => visitor.visit_seq(Variants::new(of, names)),
        _ => Err(InputError::new("")),
    }
}

/// The deserializer of a value according to a representation.
pub(super) struct Reading<'s> {
    of: &'static Representation,
    how: How<'s>,
}

enum How<'s> {
    Value(Value<'s>),
    /// A value that is read as a variant of an untagged enum.
    Variant(u32, Value<'s>),
    /// Nothing was sent: the type reports which names it would take.
    Names(&'s RefCell<Names>),
    /// Nothing was sent: the next variant reports which names it would take.
    NamesOfVariant(&'s Variants<'s>),
}

impl<'s> Reading<'s> {
    fn value(of: &'static Representation, value: Value<'s>) -> Self {
        let how = How::Value(value);
        Self { of, how }
    }

    pub(super) fn variant(of: &'static Representation, variant: u32, value: Value<'s>) -> Self {
        let how = How::Variant(variant, value);
        Self { of, how }
    }

    pub(super) fn names_of_variant(
        of: &'static Representation,
        variants: &'s Variants<'s>,
    ) -> Self {
        let how = How::NamesOfVariant(variants);
        Self { of, how }
    }

    fn input<'de>(&self) -> Input<'de, 's> {
        match self.how {
            How::Value(value) | How::Variant(_, value) => value.input(),
            How::Names(names) => Input::Names(names),
            How::NamesOfVariant(variants) => Input::Names(variants.names()),
        }
    }
}

impl<'de> Deserializer<'de> for Reading<'_> {
    type Error = InputError;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let of = self.of;
        let value = match self.how {
            How::Value(value) => value,
            How::Variant(variant, value) => {
                return visitor.visit_enum(Tagged::untagged(of, variant, value));
            }
            How::Names(names) => {
                names.borrow_mut().take_fields(variants);
                return Err(InputError::new(""));
            }
            How::NamesOfVariant(asked) => {
                let name = asked.next(variants);
                return visitor.visit_enum(Tagged::names(of, name, asked.names()));
            }
        };
        match &of.layout {
            Layout::External => {
                let variant = value.input().into_variant(variants)?;
                visitor.visit_enum(variant.represented(of))
            }
            Layout::Internal { tag } => {
                let hidden = [*tag];
                let name = tag_of(value, tag)?;
                let rest = value.without(&hidden)?.for_one();
                visitor.visit_enum(Tagged::internal(of, name, &rest))
            }
            Layout::Adjacent { tag, content } => {
                let name = tag_of(value, tag)?;
                let found = take(value, content)?;
                let names = [*tag, *content];
                let rest = value.without(&names)?;
                if let Some((_, unknown, _)) = rest.entries().next().filter(|_| of.closed) {
                    return Err(InputError::unknown_field(unknown, &[]));
                }
                visitor.visit_enum(Tagged::adjacent(of, name, content, found))
            }
            _ => Err(value.input().refuse(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        read_fields(self.of, self.input(), names, visitor)
    }

    /// The derived code never calls this.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        Err(self.input().refuse(&visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// Takes the tag from an object, so that other readers of the object do not see it.
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

/// Takes the value under a name of an object.
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
