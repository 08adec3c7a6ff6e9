//! Serializes the values on a tape, some of them only in part, for responses that leave fields out.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use super::{JsonRef, NodeId, Tape};
use crate::model::number::Number;

/// A value on a tape that is to be serialized.
pub(crate) struct Written<'s> {
    tape: &'s Tape<'s>,
    id: NodeId,
    /// The JSON that was sent. At every level where all of its keys exist in the value, only those keys are written.
    sent: Option<&'s Value>,
    /// Which keys of the object itself are written.
    is_shown: Option<&'s dyn Fn(&str) -> bool>,
}

impl<'s> Written<'s> {
    /// Serializes the part of a value that was sent.
    pub(crate) fn sent(tape: &'s Tape<'s>, id: NodeId, sent: Option<&'s Value>) -> Self {
        Self {
            tape,
            id,
            sent,
            is_shown: None,
        }
    }

    /// Serializes an object with only some of its entries.
    pub(crate) fn shown(tape: &'s Tape<'s>, is_shown: &'s dyn Fn(&str) -> bool) -> Self {
        Self {
            tape,
            id: Tape::ROOT,
            sent: None,
            is_shown: Some(is_shown),
        }
    }

    fn object<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let JsonRef::Object(entries) = self.tape.at(self.id) else {
            return to.serialize_unit();
        };
        let sent = self.sent.and_then(Value::as_object);
        let knows = |name: &str| self.tape.get(self.id, name).is_some();
        let sent = sent.filter(|sent| sent.keys().all(|name| knows(name)));
        let mut map = to.serialize_map(None)?;
        let mut rest = entries;
        while let Some((key, id)) = rest.entry(self.tape) {
            let name = self.tape.key(key);
            let value = sent.map(|sent| sent.get(name));
            let is_sent = value.is_none_or(|value| value.is_some());
            if is_sent && self.is_shown.is_none_or(|is_shown| is_shown(name)) {
                map.serialize_entry(name, &Self::sent(self.tape, id, value.flatten()))?;
            }
        }
        map.end()
    }

    fn list<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let JsonRef::List(items) = self.tape.at(self.id) else {
            return to.serialize_unit();
        };
        let sent = self.sent.and_then(Value::as_array);
        let sent = sent.filter(|sent| sent.len() == items.len());
        let mut list = to.serialize_seq(Some(items.len()))?;
        let (mut rest, mut index) = (items, 0);
        while let Some(id) = rest.item(self.tape) {
            let sent = sent.and_then(|sent| sent.get(index));
            list.serialize_element(&Self::sent(self.tape, id, sent))?;
            index += 1;
        }
        list.end()
    }

    fn number<S: Serializer>(&self, number: Number, to: S) -> Result<S::Ok, S::Error> {
        let long = self.tape.long_integer(self.id);
        if let Some(long) = long.and_then(|digits| digits.parse::<u128>().ok()) {
            return to.serialize_u128(long);
        }
        match number {
            Number::Int(int) => match (i64::try_from(int), u64::try_from(int)) {
                (Ok(int), _) => to.serialize_i64(int),
                (_, Ok(int)) => to.serialize_u64(int),
                _ => to.serialize_i128(int),
            },
            Number::Float(float) => to.serialize_f64(float),
        }
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.tape.at(self.id) {
            JsonRef::Null => to.serialize_unit(),
            JsonRef::Bool(value) => to.serialize_bool(value),
            JsonRef::Text(text) => to.serialize_str(text),
            JsonRef::Number(number) => self.number(number, to),
            JsonRef::List(_) => self.list(to),
            JsonRef::Object(_) => self.object(to),
        }
    }
}
