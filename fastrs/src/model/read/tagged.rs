//! A variant, identified by its tag or its index, and its content.

use std::cell::RefCell;

use serde::{
    Deserialize,
    de::{
        DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, VariantAccess, Visitor,
        value::U32Deserializer,
    },
};

use super::{
    error::InputError,
    flattened::read_fields,
    input::Input,
    json::Json,
    key::Key,
    part::{Names, Part, Rest},
    representation::{Representation, Value},
};

/// A variant of an enum that is not tagged externally.
pub(super) struct Tagged<'s> {
    of: &'static Representation,
    variant: Variant<'s>,
    content: Content<'s>,
}

enum Variant<'s> {
    Named(&'s str),
    /// The index, not counting variants that are never read.
    At(u32),
}

enum Content<'s> {
    /// The fields beside a tag.
    Fields(&'s Rest<'s>),
    /// The value under a name, if it was sent.
    Under(&'static str, Option<Json<'s>>),
    /// The value itself.
    Value(Value<'s>),
    /// Nothing: the variant reports which names of an object it would take.
    Names(&'s RefCell<Names>),
}

impl<'s> Tagged<'s> {
    pub(super) fn internal(
        of: &'static Representation,
        name: &'s str,
        fields: &'s Rest<'s>,
    ) -> Self {
        Self {
            of,
            variant: Variant::Named(name),
            content: Content::Fields(fields),
        }
    }

    pub(super) fn adjacent(
        of: &'static Representation,
        name: &'s str,
        content: &'static str,
        found: Option<Json<'s>>,
    ) -> Self {
        Self {
            of,
            variant: Variant::Named(name),
            content: Content::Under(content, found),
        }
    }

    pub(super) fn untagged(of: &'static Representation, variant: u32, value: Value<'s>) -> Self {
        Self {
            of,
            variant: Variant::At(variant),
            content: Content::Value(value),
        }
    }

    pub(super) fn names(
        of: &'static Representation,
        name: &'s str,
        names: &'s RefCell<Names>,
    ) -> Self {
        Self {
            of,
            variant: Variant::Named(name),
            content: Content::Names(names),
        }
    }

    /// Returns the input from which the variant is read.
    fn input<'de>(&self) -> Input<'de, 's> {
        match self.content {
            Content::Fields(rest) => Input::Part(Part { rest, names: None }),
            Content::Under(_, found) => found.map_or(Input::Nothing, Input::Json),
            Content::Value(value) => value.input(),
            Content::Names(names) => Input::Names(names),
        }
    }

    /// Locates an error in the variant.
    #[cold]
    fn here(&self, error: InputError) -> InputError {
        match (&self.content, &self.variant) {
            (Content::Under(name, None), _) => InputError::missing_field(name),
            (Content::Under(name, Some(_)), Variant::Named(variant)) => {
                error.under(*name).under((*variant).to_owned())
            }
            (Content::Fields(_), Variant::Named(name)) => error.under((*name).to_owned()),
            (Content::Value(_), Variant::At(index)) => match self.of.label(*index) {
                Some(label) => error.under(label.to_owned()),
                None => error,
            },
            _ => error,
        }
    }
}

impl<'de> EnumAccess<'de> for Tagged<'_> {
    type Error = InputError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), InputError> {
        let variant = match self.variant {
            Variant::Named(name) => seed.deserialize(Key::name(name)),
            Variant::At(index) => {
                let index: U32Deserializer<InputError> = index.into_deserializer();
                seed.deserialize(index)
            }
        };
        match variant {
            Ok(variant) => Ok((variant, self)),
            Err(error) => Err(error),
        }
    }
}

// There are no combinators below: each would be compiled again for each type.

impl<'de> VariantAccess<'de> for Tagged<'_> {
    type Error = InputError;

    fn unit_variant(self) -> Result<(), InputError> {
        match self.content {
            Content::Fields(_) | Content::Under(_, None) => Ok(()),
            _ => match <()>::deserialize(self.input()) {
                Ok(()) => Ok(()),
                Err(error) => Err(self.here(error)),
            },
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, InputError> {
        match seed.deserialize(self.input()) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match self.input().deserialize_tuple(len, visitor) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match read_fields(self.of, self.input(), fields, visitor) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }
}
