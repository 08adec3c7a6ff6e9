//! The contents of an [`Input`]: its entries, its items, its variant.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess,
        Visitor,
    },
};

use super::{
    error::InputError,
    flattened::read_fields,
    input::{Fields, Input, Texts},
    json::Json,
    key::Key,
    part::{Part, Visible},
    representation::Representation,
};
use crate::model::{JsonRef, Run, Tape};

impl<'de, 's> Input<'de, 's> {
    /// Returns the entries, if this has keys.
    pub(super) fn into_entries(self) -> Result<Entries<'de, 's>, Self> {
        match self {
            Self::Fields(fields) => Ok(Entries::of_fields(fields)),
            Self::Part(part) => Ok(Entries::of_part(part, None)),
            Self::Json(json) => match json.at() {
                JsonRef::Object(run) => Ok(Entries::of_json(json.tape, run)),
                _ => Err(self),
            },
            other => Err(other),
        }
    }

    /// Returns the items, if this is a list.
    pub(super) fn into_items(self) -> Result<Items<'de, 's>, Self> {
        match self {
            Self::Texts(texts) => Ok(Items::of_texts(texts.source.all(texts.name))),
            Self::Json(json) => match json.at() {
                JsonRef::List(run) => Ok(Items::of_json(json.tape, run)),
                _ => Err(self),
            },
            other => Err(other),
        }
    }

    /// Returns a variant, given by its name alone or as the only key of an object.
    pub(super) fn into_variant(self, variants: &[&str]) -> Result<Variant<'de, 's>, InputError> {
        if let Self::Part(part) = self
            && let Some((name, json)) = part.take_one(variants)
        {
            if part.take_one(variants).is_some() {
                return Err(self.refuse(&"one variant"));
            }
            return Ok(Variant::new(name.to_owned().into(), Some(Self::Json(json))));
        }
        if let Self::Json(json) = self
            && let JsonRef::Text(name) = json.at()
        {
            return Ok(Variant::new(name.to_owned().into(), None));
        }
        let mut entries = match self {
            Self::Text(name) | Self::Texts(Texts { last: name, .. }) => {
                return Ok(Variant::new(name, None));
            }
            other => match other.into_entries() {
                Ok(entries) => entries,
                Err(other) => return Err(other.refuse(&"string or map")),
            },
        };
        match (entries.step(), entries.step()) {
            (Some((name, value)), None) => {
                Ok(Variant::new(Cow::Owned(name.to_owned()), Some(value)))
            }
            _ => {
                let expected = &"map with a single key";
                Err(InputError::invalid_value(Unexpected::Map, expected))
            }
        }
    }
}

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

/// The entries of a part of an object: a struct's fields, or all entries.
struct PartEntries<'s> {
    part: Part<'s>,
    visible: Visible<'s>,
    only: Option<&'static [&'static str]>,
}

impl<'s> PartEntries<'s> {
    fn step(&mut self) -> Option<(&'s str, Json<'s>)> {
        let rest = self.part.rest;
        for (index, key, json) in &mut self.visible {
            if rest.is_whole() {
                return Some((key, json));
            }
            if self.only.is_none_or(|only| only.contains(&key)) {
                rest.take(index);
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
        let key = Key::of_client(self.key, self.is_checked());
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
    fn take_content(&mut self, expected: &'static str) -> Result<Input<'de, 's>, InputError> {
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
        let read = match self.take_content("newtype variant") {
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
        let read = match self.take_content("tuple variant") {
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
        let read = match (self.take_content("struct variant"), self.of) {
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
