//! Builds a tape from what serde reads, a value of any format.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};

use super::{Node, Span, Tape};

/// Appends one value to a tape.
pub(crate) struct Builder<'a, 't>(&'a mut Tape<'t>);

impl<'a, 't> Builder<'a, 't> {
    pub(crate) fn of(tape: &'a mut Tape<'t>) -> Self {
        Self(tape)
    }
}

impl Builder<'_, '_> {
    /// Begins a map with a key that has already been read.
    pub(crate) fn first_key(self, key: &str) {
        self.0.nodes.push(Node::Null);
        self.0.push_text(key);
    }

    /// Continues the map with the value of that key; without a key, the map is empty.
    pub(crate) fn rest_of_map<'de, A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let tape = self.0;
        let has_key = !tape.nodes.is_empty();
        match has_key {
            true => map.next_value_seed(Builder(tape))?,
            false => tape.nodes.push(Node::Null),
        }
        tape.push_map(0, usize::from(has_key), map)
    }
}

impl Tape<'_> {
    /// Appends a string that is not part of the tape's JSON text.
    fn push_text(&mut self, text: &str) {
        let buffer = self.unescaped.to_mut();
        let start = buffer.len() as u32;
        buffer.push_str(text);
        let end = buffer.len() as u32;
        self.nodes.push(Node::Unescaped(Span { start, end }));
    }

    /// Appends the entries of a map that begins at a node.
    fn push_map<'de, A: MapAccess<'de>>(
        &mut self,
        at: usize,
        mut len: usize,
        mut map: A,
    ) -> Result<(), A::Error> {
        while map.next_key_seed(Key(self))?.is_some() {
            map.next_value_seed(Builder(self))?;
            len += 1;
        }
        self.nodes[at] = Node::Object(self.extent(at, len));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Builder<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Builder<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can represent")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.0.nodes.push(Node::Bool(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.0.nodes.push(Node::Int(value));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        let node = i64::try_from(value).map_or(Node::Whole(value), Node::Int);
        self.0.nodes.push(node);
        Ok(())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<(), E> {
        let node = self.0.own_digits(value.to_string());
        self.0.has_long_integer = true;
        self.0.nodes.push(node);
        Ok(())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<(), E> {
        let node = self.0.own_digits(value.to_string());
        self.0.has_long_integer = true;
        self.0.nodes.push(node);
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        let node = match value.is_finite() {
            true => Node::Float(value),
            false => Node::Null,
        };
        self.0.nodes.push(node);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.push_text(text);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.nodes.push(Node::Null);
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.deserialize(from)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.deserialize(from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let (tape, mut len) = (self.0, 0);
        let at = tape.nodes.len();
        tape.nodes.push(Node::Null);
        while list.next_element_seed(Builder(tape))?.is_some() {
            len += 1;
        }
        tape.nodes[at] = Node::List(tape.extent(at, len));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let at = self.0.nodes.len();
        self.0.nodes.push(Node::Null);
        self.0.push_map(at, 0, map)
    }
}

/// The key of an entry.
struct Key<'a, 't>(&'a mut Tape<'t>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        self.0.push_text(key);
        Ok(())
    }
}
