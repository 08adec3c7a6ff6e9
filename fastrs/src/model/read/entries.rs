//! The contents of an [`Input`]: its entries, its items, its variant.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
        VariantAccess, Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::error::InputError;
use super::input::{Fields, Input, Json, Texts};
use super::part::{Part, Visible};
use super::reading::read_fields;
use super::representation::Representation;
use crate::model::{
    Run, Tape, bool_key, char_key, integer_key_error, is_loose_moment, is_loose_number,
};

/// The values under an input's keys.
pub(super) struct Entries<'de, 's> {
    rest: Rest<'de, 's>,
    /// The key that was read last.
    key: &'s str,
    value: Next<'de, 's>,
}

enum Rest<'de, 's> {
    Fields(Fields<'de, 's>),
    Json(&'s Tape<'s>, Run),
    Part(PartEntries<'s>),
}

/// The entries of a part of an object: those of a struct's fields, or all of them.
struct PartEntries<'s> {
    part: Part<'s>,
    visible: Visible<'s>,
    only: Option<&'static [&'static str]>,
}

impl<'s> PartEntries<'s> {
    fn step(&mut self) -> Option<(&'s str, Json<'s>)> {
        let rest = self.part.rest;
        for (place, key, json) in &mut self.visible {
            if rest.is_whole() {
                return Some((key, json));
            }
            if self.only.is_none_or(|only| only.contains(&key)) {
                rest.take(place);
                return Some((key, json));
            }
        }
        None
    }
}

/// The value of the entry whose key was read last.
enum Next<'de, 's> {
    None,
    Input(Input<'de, 's>),
    /// This is a separate variant because it is much smaller than an `Input`.
    Json(Json<'s>),
}

impl<'de, 's> Entries<'de, 's> {
    pub(super) fn of_fields(fields: Fields<'de, 's>) -> Self {
        Self::new(Rest::Fields(fields))
    }

    pub(super) fn of_json(tape: &'s Tape<'s>, run: Run) -> Self {
        Self::new(Rest::Json(tape, run))
    }

    pub(super) fn of_part(part: Part<'s>, only: Option<&'static [&'static str]>) -> Self {
        let visible = part.rest.entries();
        Self::new(Rest::Part(PartEntries {
            part,
            visible,
            only,
        }))
    }

    fn new(rest: Rest<'de, 's>) -> Self {
        Self {
            rest,
            key: "",
            value: Next::None,
        }
    }

    /// Returns the next entry.
    pub(super) fn step(&mut self) -> Option<(&'s str, Input<'de, 's>)> {
        match &mut self.rest {
            Rest::Fields(fields) => loop {
                let ((name, wire), rest) = fields.names.split_first()?;
                fields.names = rest;
                if let Some(last) = fields.source.last(wire) {
                    let texts = Texts {
                        source: fields.source,
                        name: wire,
                        last,
                    };
                    return Some((*name, Input::Texts(texts)));
                }
            },
            Rest::Json(tape, run) => {
                let (key, id) = run.entry(tape)?;
                Some((tape.key(key), Input::Json(Json { tape, id })))
            }
            Rest::Part(entries) => {
                let (key, json) = entries.step()?;
                Some((key, Input::Json(json)))
            }
        }
    }

    /// Advances to the next entry, and returns whether there is one.
    fn advance(&mut self) -> bool {
        if let Rest::Json(tape, run) = &mut self.rest {
            let Some((key, id)) = run.entry(tape) else {
                return false;
            };
            self.key = tape.key(key);
            self.value = Next::Json(Json { tape, id });
            return true;
        }
        let Some((key, value)) = self.step() else {
            return false;
        };
        self.key = key;
        self.value = Next::Input(value);
        true
    }

    /// Returns whether the walk has checked the key that was read last.
    fn is_checked(&self) -> bool {
        match &self.value {
            Next::Json(json) | Next::Input(Input::Json(json)) => json.tape.is_checked(),
            _ => true,
        }
    }

    /// Adds the entry's key to an error.
    #[cold]
    fn here(&self, error: InputError) -> InputError {
        error.under(self.key.to_owned())
    }
}

// There are no combinators below: each would be compiled again for each type.

impl<'de> MapAccess<'de> for &mut Entries<'de, '_> {
    type Error = InputError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InputError> {
        if !self.advance() {
            return Ok(None);
        }
        let key = Key {
            text: self.key,
            is_checked: self.is_checked(),
        };
        match seed.deserialize(key) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(error.in_key(self.key)),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, InputError> {
        let value = match std::mem::replace(&mut self.value, Next::None) {
            Next::Json(json) => Input::Json(json),
            Next::Input(input) => input,
            Next::None => return Err(InputError::new("a value without a key")),
        };
        match seed.deserialize(value) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }
}

/// The deserializer of a key: a string, or a value parsed from it.
pub(super) struct Key<'k> {
    text: &'k str,
    /// Whether the walk has checked the key, or none is needed.
    is_checked: bool,
}

impl<'k> Key<'k> {
    /// The name of a field or a variant.
    pub(super) fn name(text: &'k str) -> Self {
        Self {
            text,
            is_checked: true,
        }
    }
}

macro_rules! parse {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            match self.text.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(InputError::invalid_type(Unexpected::Str(self.text), &visitor)),
            }
        }
    )*};
    (integers: $($method:ident $visit:ident $int:ty)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            match self.text.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => {
                    let bounds = (<$int>::MIN.to_string(), <$int>::MAX.to_string());
                    Err(InputError::of(integer_key_error(self.text, bounds)))
                }
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = InputError;

    parse! { integers:
        deserialize_i8 visit_i8 i8  deserialize_i16 visit_i16 i16  deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64  deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8  deserialize_u16 visit_u16 u16  deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64  deserialize_u128 visit_u128 u128
    }

    parse! { deserialize_f32 visit_f32  deserialize_f64 visit_f64 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match bool_key(self.text) {
            Ok(value) => visitor.visit_bool(value),
            Err(detail) => Err(InputError::of(*detail)),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match char_key(self.text) {
            Ok(value) => visitor.visit_char(value),
            Err(detail) => Err(InputError::of(*detail)),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match !self.is_checked && is_loose_number(self.text) {
            true => Err(InputError::new("cannot be parsed")),
            false => visitor.visit_str(self.text),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match !self.is_checked && is_loose_moment(self.text) {
            true => Err(InputError::new("cannot be parsed")),
            false => visitor.visit_str(self.text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let name: StrDeserializer<'_, InputError> = self.text.into_deserializer();
        visitor.visit_enum(name)
    }

    forward_to_deserialize_any! {
        string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The items of an input, in order.
pub(super) struct Items<'de, 's> {
    rest: List<'de, 's>,
    /// The number of items read so far.
    index: usize,
}

enum List<'de, 's> {
    Texts(std::vec::IntoIter<Cow<'de, str>>),
    Json(&'s Tape<'s>, Run),
}

impl<'de, 's> Items<'de, 's> {
    pub(super) fn of_texts(texts: Vec<Cow<'de, str>>) -> Self {
        Self::new(List::Texts(texts.into_iter()))
    }

    pub(super) fn of_json(tape: &'s Tape<'s>, run: Run) -> Self {
        Self::new(List::Json(tape, run))
    }

    fn new(rest: List<'de, 's>) -> Self {
        Self { rest, index: 0 }
    }

    fn step(&mut self) -> Option<Input<'de, 's>> {
        self.index += 1;
        match &mut self.rest {
            List::Texts(texts) => texts.next().map(Input::Text),
            List::Json(tape, run) => {
                let id = run.item(tape)?;
                Some(Input::Json(Json { tape, id }))
            }
        }
    }

    fn len(&self) -> usize {
        match &self.rest {
            List::Texts(texts) => texts.len(),
            List::Json(_, run) => run.len(),
        }
    }

    /// Returns an error if any items of the list are left.
    pub(super) fn ended(&self) -> Result<(), InputError> {
        let left = self.len();
        if left == 0 {
            return Ok(());
        }
        let expected = &"fewer elements in array";
        Err(InputError::invalid_length(self.index + left, expected))
    }
}

impl<'de: 's, 's> SeqAccess<'de> for &mut Items<'de, 's> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        let Some(item) = self.step() else {
            return Ok(None);
        };
        match seed.deserialize(item) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.under(self.index - 1)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len())
    }
}

/// A variant, and its content.
pub(super) struct Variant<'de, 's> {
    name: Cow<'de, str>,
    value: Option<Input<'de, 's>>,
    /// The representation of the enum, if variants have flattened fields.
    of: Option<&'static Representation>,
}

impl<'de, 's> Variant<'de, 's> {
    pub(super) fn new(name: Cow<'de, str>, value: Option<Input<'de, 's>>) -> Self {
        Self {
            name,
            value,
            of: None,
        }
    }

    pub(super) fn represented(mut self, of: &'static Representation) -> Self {
        self.of = Some(of);
        self
    }

    /// Returns the content of a variant that must have some.
    fn carried(&mut self, expected: &'static str) -> Result<Input<'de, 's>, InputError> {
        let missing = || InputError::invalid_type(Unexpected::UnitVariant, &expected);
        self.value.take().ok_or_else(missing)
    }

    #[cold]
    fn here(self, error: InputError) -> InputError {
        error.under(self.name.into_owned())
    }
}

impl<'de, 's> EnumAccess<'de> for Variant<'de, 's> {
    type Error = InputError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), InputError> {
        match seed.deserialize(Key::name(&self.name)) {
            Ok(value) => Ok((value, self)),
            Err(error) => Err(self.here(error)),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = InputError;

    fn unit_variant(mut self) -> Result<(), InputError> {
        match self.value.take().map(<()>::deserialize) {
            None | Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(self.here(error)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        mut self,
        seed: S,
    ) -> Result<S::Value, InputError> {
        let read = match self.carried("newtype variant") {
            Ok(value) => seed.deserialize(value),
            Err(error) => Err(error),
        };
        match read {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(
        mut self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let read = match self.carried("tuple variant") {
            Ok(value) => value.deserialize_tuple(len, visitor),
            Err(error) => Err(error),
        };
        match read {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let read = match (self.carried("struct variant"), self.of) {
            (Ok(value), None) => value.deserialize_struct("", fields, visitor),
            (Ok(value), Some(of)) => read_fields(of, value, fields, visitor),
            (Err(error), _) => Err(error),
        };
        match read {
            Ok(value) => Ok(value),
            Err(error) => Err(self.here(error)),
        }
    }
}
