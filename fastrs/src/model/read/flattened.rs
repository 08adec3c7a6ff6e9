//! Reads a struct or a variant with flattened fields: first its own fields from an object, then the flattened ones from
//! the rest.

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor},
};

use super::{
    error::InputError,
    input::Input,
    key::Key,
    part::{Part, Rest, Visible},
    representation::{FlattenedField, Representation, Value},
};

/// The fields, in the order in which they are read.
struct Flattened<'s> {
    own: &'static [&'static str],
    rest: &'s Rest<'s>,
    closed: bool,
    /// The entries that include the fields that are not flattened.
    entries: Visible<'s>,
    flattened: std::slice::Iter<'static, FlattenedField>,
    /// The entries that no field has taken.
    left: Option<Visible<'s>>,
    next: Option<(&'s str, Input<'s, 's>)>,
}

impl<'s> Flattened<'s> {
    /// `whole` is the object; `rest` is the object without `own`, the fields that are not flattened.
    fn new(
        own: &'static [&'static str],
        of: &'static Representation,
        whole: &'s Rest<'s>,
        rest: &'s Rest<'s>,
    ) -> Self {
        Self {
            own,
            rest,
            closed: of.closed,
            entries: whole.entries(),
            flattened: of.flattened.iter(),
            left: None,
            next: None,
        }
    }

    fn advance(&mut self) -> Option<(&'s str, Input<'s, 's>)> {
        for (index, key, json) in &mut self.entries {
            // The keys of flattened fields are internal, and must not match a client's.
            if self.own.contains(&key) && !key.starts_with('\0') {
                self.rest.take(index);
                return Some((key, Input::Json(json)));
            }
        }
        // An enum's representation has the flattened fields of all of its variants.
        let own = self.own;
        if let Some(field) = self.flattened.find(|field| own.contains(&field.key)) {
            let (rest, names) = (self.rest, Some(field.names));
            return Some((field.key, Input::Part(Part { rest, names })));
        }
        if !self.closed {
            return None;
        }
        let rest = self.rest;
        let left = self.left.get_or_insert_with(|| rest.entries());
        left.next().map(|(_, key, json)| (key, Input::Json(json)))
    }
}

// There are no combinators below: each would be compiled again for each type.

impl<'de> MapAccess<'de> for Flattened<'_> {
    type Error = InputError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InputError> {
        self.next = self.advance();
        let Some((key, _)) = &self.next else {
            return Ok(None);
        };
        match seed.deserialize(Key::name(key)) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(error.under((*key).to_owned())),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, InputError> {
        match self.next.take() {
            Some((_, Input::Part(part))) => seed.deserialize(Input::Part(part)),
            Some((key, Input::Json(json))) => match seed.deserialize(Input::Json(json)) {
                Ok(value) => Ok(value),
                Err(error) => Err(error.under(key.to_owned())),
            },
            _ => Err(InputError::new("a value without a key")),
        }
    }
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
