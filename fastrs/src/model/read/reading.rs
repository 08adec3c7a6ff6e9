//! The deserializer of a value according to its representation: it presents the value as if the type were externally
//! tagged with nothing flattened.

use std::cell::{Cell, RefCell};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    error::InputError,
    flattened::read_fields,
    input::Input,
    json::Json,
    part::Names,
    representation::{Layout, Representation, Value},
    tagged::Tagged,
};
use crate::model::tape::JsonRef;

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
    pub(super) fn value(of: &'static Representation, value: Value<'s>) -> Self {
        let how = How::Value(value);
        Self { of, how }
    }

    pub(super) fn variant(of: &'static Representation, variant: u32, value: Value<'s>) -> Self {
        let how = How::Variant(variant, value);
        Self { of, how }
    }

    pub(super) fn names(of: &'static Representation, names: &'s RefCell<Names>) -> Self {
        let how = How::Names(names);
        Self { of, how }
    }

    fn names_of_variant(of: &'static Representation, variants: &'s Variants<'s>) -> Self {
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
            How::NamesOfVariant(enum_variants) => {
                let name = enum_variants.next(variants);
                return visitor.visit_enum(Tagged::names(of, name, enum_variants.names()));
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

/// The variants of an enum, each of which reports the names that it takes.
pub(super) struct Variants<'s> {
    of: &'static Representation,
    names: &'s RefCell<Names>,
    /// The names of the variants, once the enum has reported them.
    all: Cell<Option<&'static [&'static str]>>,
    /// The index of the next variant.
    next: usize,
}

impl<'s> Variants<'s> {
    pub(super) fn new(of: &'static Representation, names: &'s RefCell<Names>) -> Self {
        Self {
            of,
            names,
            all: Cell::new(None),
            next: 0,
        }
    }

    /// Returns the name of the next variant, given the names of all variants.
    fn next(&self, all: &'static [&'static str]) -> &'static str {
        self.all.set(Some(all));
        all.get(self.next).copied().unwrap_or_default()
    }

    fn names(&self) -> &'s RefCell<Names> {
        self.names
    }
}

impl<'de> SeqAccess<'de> for Variants<'_> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        if self.all.get().is_some_and(|all| self.next >= all.len()) {
            return Ok(None);
        }
        // The result is an error, since there is nothing to read.
        let result = seed.deserialize(Reading::names_of_variant(self.of, self));
        self.next += 1;
        result.map(Some)
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
