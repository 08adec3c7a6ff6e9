//! The visitor of a represented type: fastrs reads it from a tape, and other formats are first written to one.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Unexpected, Visitor},
};

use super::{
    error::InputError,
    json::Json,
    representation::{Layout, Represented, Value, made, request},
    represented::{Candidates, read},
    streamed::{FirstKey, Streamed},
};
use crate::model::{
    Report,
    tape::{Builder, Tape},
};

/// Reads a type according to its representation.
pub fn read_represented<'de, T: Represented, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let name = request(T::REPRESENTATION);
    from.deserialize_newtype_struct(name, Reader::<T>::new())
}

/// Reads a `T` from any format.
struct Reader<T>(PhantomData<T>);

impl<T> Reader<T> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Represented> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// fastrs calls this with a value on a tape.
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read(from)
    }

    /// fastrs calls this with a value read as each variant of an untagged enum that accepts it. Returns the first valid
    /// one; if none is valid, the first one that was read, or else the first error.
    fn visit_seq<A: SeqAccess<'de>>(self, mut variants: A) -> Result<T, A::Error> {
        let (mut first, mut refused) = (None, None);
        loop {
            match variants.next_element_seed(Self::new()) {
                Ok(Some(value)) if is_valid(&value) => return Ok(value),
                Ok(Some(value)) => first = first.or(Some(value)),
                Ok(None) => break,
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match (first, refused) {
            (Some(value), _) => Ok(value),
            (None, Some(error)) => Err(error),
            (None, None) => Err(A::Error::custom("no variant accepts the value")),
        }
    }

    /// fastrs calls this after it has made the value.
    fn visit_unit<E: Error>(self) -> Result<T, E> {
        made().ok_or_else(|| E::invalid_type(Unexpected::Unit, &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut tape = Tape::empty();
        match Builder::of(&mut tape).visit_map(map) {
            Ok(()) => finish(tape),
            Err(error) => Err(error),
        }
    }

    /// Any other format calls this with the value.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        if const { T::REPRESENTATION.is_streamed() } {
            return from.deserialize_any(TagFirst::new());
        }
        let mut tape = Tape::empty();
        match Builder::of(&mut tape).deserialize(from) {
            Ok(()) => finish(tape),
            Err(error) => Err(error),
        }
    }
}

impl<'de, T: Represented> DeserializeSeed<'de> for Reader<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read(from)
    }
}

/// Reads a tagged enum.
struct TagFirst<T>(PhantomData<T>);

impl<T: Represented> TagFirst<T> {
    fn new() -> Self {
        Self(PhantomData)
    }

    fn tag() -> &'static str {
        match T::REPRESENTATION.layout {
            Layout::Internal { tag } => tag,
            _ => "",
        }
    }
}

impl<'de, T: Represented> Visitor<'de> for TagFirst<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut buffer = None;
        let first = FirstKey {
            tag: Self::tag(),
            buffer: &mut buffer,
        };
        match map.next_key_seed(first) {
            Ok(Some(())) if buffer.is_none() => T::read(Streamed(map)),
            Ok(_) => {
                let mut tape = buffer.unwrap_or_else(Tape::empty);
                match Builder::of(&mut tape).rest_of_map(map) {
                    Ok(()) => finish(tape),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }
}

fn is_valid<T: Represented>(value: &T) -> bool {
    let mut report = Report::new();
    value.validate(&mut report);
    report.is_valid()
}

fn finish<T: Represented, E: Error>(mut tape: Tape<'_>) -> Result<T, E> {
    match on_tape(&mut tape) {
        Ok(value) => Ok(value),
        Err(error) => Err(E::custom(error)),
    }
}

/// Reads a whole tape, which belongs to this value only.
fn on_tape<T: Represented>(tape: &mut Tape<'_>) -> Result<T, InputError> {
    let of = T::REPRESENTATION;
    let Layout::Untagged(schema) = &of.layout else {
        return read(of, Value::Json(Json::whole(tape)), Reader::new());
    };
    let variants = schema.choose(tape, Tape::ROOT)?.into_iter();
    let value = Value::Json(Json::whole(tape));
    Reader::new().visit_seq(Candidates::new(of, variants, value))
}
