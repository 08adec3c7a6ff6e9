//! Reads a value according to its representation, or reports the names that it would take.

use std::cell::RefCell;

use serde::de::{DeserializeSeed, SeqAccess, Visitor};

use super::{
    error::InputError,
    json::Json,
    part::Names,
    reading::{Reading, Variants},
    representation::{Layout, Representation, Value, make},
};
use crate::model::tape::Tape;

/// Reads a value that is already on a tape.
pub(super) fn read<'de, V: Visitor<'de>>(
    of: &'static Representation,
    value: Value<'_>,
    visitor: V,
) -> Result<V::Value, InputError> {
    let schema = match &of.layout {
        Layout::Untagged(schema) => schema,
        Layout::Made(maker) => {
            make(maker, value.json())?;
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
    let variants = schema.choose(&mut own, Tape::ROOT)?.into_iter();
    let value = match value {
        Value::Json(_) => Value::Json(Json::whole(&own)),
        part => part,
    };
    visitor.visit_seq(Candidates::new(of, variants, value))
}

/// Reports the names under which a representation takes entries of an object.
pub(super) fn report_names<'de, V: Visitor<'de>>(
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
        Layout::Struct | Layout::External => visitor.visit_some(Reading::names(of, names)),
        Layout::Internal { .. } => visitor.visit_seq(Variants::new(of, names)),
        _ => Err(InputError::new("")),
    }
}

/// The same value, read as each of the variants that accept it.
pub(super) struct Candidates<'s> {
    of: &'static Representation,
    variants: std::vec::IntoIter<u32>,
    value: Value<'s>,
}

impl<'s> Candidates<'s> {
    pub(super) fn new(
        of: &'static Representation,
        variants: std::vec::IntoIter<u32>,
        value: Value<'s>,
    ) -> Self {
        Self {
            of,
            variants,
            value,
        }
    }
}

impl<'de> SeqAccess<'de> for Candidates<'_> {
    type Error = InputError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, InputError> {
        let Some(variant) = self.variants.next() else {
            return Ok(None);
        };
        match seed.deserialize(Reading::variant(self.of, variant, self.value)) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error),
        }
    }
}
