//! serde's view of every input but the text of a JSON body: a parameter's strings, JSON on a tape, or nothing.
//!
//! There is one type for all of them, so that a user's type is compiled for it only once: each further deserializer
//! costs another copy of each model's code. Errors carry their location, the keys and indexes that lead to them.

use std::{borrow::Cow, cell::RefCell};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Expected, Unexpected, Visitor},
};

use super::{
    entries::{Entries, Items, Variant},
    error::InputError,
    part::{Names, Part},
    representation::{self, Value, asked},
};
use crate::model::{
    JsonRef, NodeId, Number, Tape, is_loose_moment, is_loose_number, is_rounded, whole_decimal,
};

/// The source of a value.
pub(crate) enum Input<'de, 's> {
    /// Nothing was sent: an `Option` reads `None`, and other types fail.
    Nothing,
    /// One string, read as a number, a bool, a date, .. according to the type.
    Text(Cow<'de, str>),
    /// All strings under one name, read as a list if the type is one, and otherwise as the last of them.
    Texts(Texts<'de, 's>),
    /// The fields of a parameter model that were sent.
    Fields(Fields<'de, 's>),
    /// JSON that has been parsed.
    Json(Json<'s>),
    /// A part of an object.
    Part(Part<'s>),
    /// Nothing was sent: the type reports which names of an object it would take.
    Names(&'s RefCell<Names>),
}

/// A value on a tape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'s> {
    pub(crate) tape: &'s Tape<'s>,
    pub(crate) id: NodeId,
}

impl<'s> Json<'s> {
    /// Returns the whole value of a tape.
    pub(crate) fn whole(tape: &'s Tape<'s>) -> Self {
        let id = Tape::ROOT;
        Self { tape, id }
    }

    /// Returns the value itself.
    pub(crate) fn at(self) -> JsonRef<'s> {
        self.tape.at(self.id)
    }
}

/// The strings of a parameter.
pub(crate) trait TextSource<'de> {
    /// Returns all strings under a name, in order.
    fn all(&self, name: &str) -> Vec<Cow<'de, str>>;

    /// Returns the string to use if a single one is needed.
    fn last(&self, name: &str) -> Option<Cow<'de, str>>;
}

/// All strings under one name.
pub(crate) struct Texts<'de, 's> {
    pub(crate) source: &'s dyn TextSource<'de>,
    pub(crate) name: &'s str,
    pub(crate) last: Cow<'de, str>,
}

/// The fields of a parameter model.
pub(crate) struct Fields<'de, 's> {
    pub(crate) source: &'s dyn TextSource<'de>,
    pub(crate) names: &'s [FieldName<'s>],
}

/// A field's name in the model, and its name on the wire.
pub(crate) type FieldName<'s> = (&'s str, Cow<'s, str>);

/// Returns the value of a type if nothing was sent, as serde does for a field: only an `Option` has one.
pub(crate) fn none<'r, T: Deserialize<'r>>() -> Option<T> {
    T::deserialize(Input::Nothing).ok()
}

/// Returns whether a type has a value if nothing was sent.
#[allow(clippy::redundant_pattern_matching)] // a call would be compiled again for each type
pub(crate) fn is_nullable<'r, T: Deserialize<'r>>() -> bool {
    matches!(T::deserialize(Input::Nothing), Ok(_))
}

impl<'de, 's> Input<'de, 's> {
    /// Returns the string, if this is one.
    #[inline]
    fn into_text(self) -> Result<Cow<'de, str>, Self> {
        match self {
            Self::Text(text) | Self::Texts(Texts { last: text, .. }) => Ok(text),
            other => Err(other),
        }
    }

    /// Returns the entries, if this has keys.
    fn into_entries(self) -> Result<Entries<'de, 's>, Self> {
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
    fn into_items(self) -> Result<Items<'de, 's>, Self> {
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

    /// Returns a scalar that the slow path has not checked.
    #[inline]
    fn unchecked(&self) -> Option<JsonRef<'_>> {
        match self {
            Self::Text(text) | Self::Texts(Texts { last: text, .. }) => Some(JsonRef::Text(text)),
            Self::Json(json) if !json.tape.is_checked() => Some(json.at()),
            _ => None,
        }
    }

    /// Passes the value to a visitor.
    #[inline]
    fn visit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self {
            Self::Text(Cow::Borrowed(text))
            | Self::Texts(Texts {
                last: Cow::Borrowed(text),
                ..
            }) => visitor.visit_borrowed_str(text),
            Self::Text(Cow::Owned(text))
            | Self::Texts(Texts {
                last: Cow::Owned(text),
                ..
            }) => visitor.visit_string(text),
            Self::Json(json) => match json.at() {
                JsonRef::Null => visitor.visit_unit(),
                JsonRef::Bool(value) => visitor.visit_bool(value),
                JsonRef::Number(number) => match number_of(number, json) {
                    NumberOf::Whole(number) => visitor.visit_u64(number),
                    NumberOf::Int(number) => visitor.visit_i64(number),
                    NumberOf::Float(number) => visitor.visit_f64(number),
                    NumberOf::Long(number) => visitor.visit_u128(number),
                    NumberOf::LongNegative(number) => visitor.visit_i128(number),
                },
                JsonRef::Text(text) => visitor.visit_str(text),
                JsonRef::List(_) => self.deserialize_seq(visitor),
                JsonRef::Object(_) => self.deserialize_map(visitor),
            },
            Self::Fields(_) | Self::Part(_) | Self::Names(_) => self.deserialize_map(visitor),
            Self::Nothing => Err(self.refuse(&visitor)),
        }
    }

    /// Returns the error that this is of the wrong type.
    #[cold]
    pub(in crate::model) fn refuse(&self, expected: &dyn Expected) -> InputError {
        let found = match self {
            // The message is never read, and optional arguments cause this often.
            Self::Nothing | Self::Names(_) => return InputError::new(String::new()),
            Self::Text(text) | Self::Texts(Texts { last: text, .. }) => Unexpected::Str(text),
            Self::Fields(_) | Self::Part(_) => Unexpected::Map,
            Self::Json(json) => match json.at() {
                JsonRef::Object(_) => Unexpected::Map,
                JsonRef::List(_) => Unexpected::Seq,
                JsonRef::Null => Unexpected::Unit,
                JsonRef::Bool(value) => Unexpected::Bool(value),
                JsonRef::Text(text) => Unexpected::Str(text),
                JsonRef::Number(number) => match number_of(number, *json) {
                    NumberOf::Whole(number) => Unexpected::Unsigned(number),
                    NumberOf::Int(number) => Unexpected::Signed(number),
                    NumberOf::Float(number) => Unexpected::Float(number),
                    NumberOf::Long(_) | NumberOf::LongNegative(_) => {
                        Unexpected::Other("an integer beyond 64 bits")
                    }
                },
            },
        };
        InputError::invalid_type(found, expected)
    }
}

macro_rules! parse {
    ($($method:ident $visit:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            match self.into_text().map(|text| text.parse()) {
                Ok(Ok(value)) => visitor.$visit(value),
                Ok(Err(_)) => Err(InputError::new("cannot be parsed")),
                Err(other) => other.visit(visitor),
            }
        }
    )*};
}

/// Infinities and NaN are left to the slow path, which reports them properly.
macro_rules! parse_float {
    ($($method:ident $visit:ident $float:ty, $on_tape:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            let read = match self.into_text() {
                Ok(text) => text.parse::<$float>().ok(),
                Err(Self::Json(json)) if matches!(json.at(), JsonRef::Number(_)) => {
                    json.tape.$on_tape(json.id)
                }
                Err(other) => return other.visit(visitor),
            };
            match read {
                Some(value) if value.is_finite() => visitor.$visit(value),
                _ => Err(InputError::new("cannot be parsed")),
            }
        }
    )*};
}

macro_rules! any {
    ($($method:ident $(($($arg:ty),*))?),* $(,)?) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, $($(_: $arg,)*)? visitor: V) -> Result<V::Value, InputError> {
            self.visit(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Input<'de, '_> {
    type Error = InputError;

    parse! {
        deserialize_i8 visit_i8  deserialize_i16 visit_i16  deserialize_i32 visit_i32  deserialize_i64 visit_i64
        deserialize_i128 visit_i128  deserialize_u8 visit_u8  deserialize_u16 visit_u16  deserialize_u32 visit_u32
        deserialize_u64 visit_u64  deserialize_u128 visit_u128  deserialize_bool visit_bool  deserialize_char visit_char
    }

    parse_float! { deserialize_f32 visit_f32 f32, single  deserialize_f64 visit_f64 f64, double }

    any! {
        deserialize_string, deserialize_bytes, deserialize_byte_buf,
        deserialize_unit_struct(&'static str),
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self {
            // A unit needs nothing from the object.
            Self::Part(_) => visitor.visit_unit(),
            other => other.visit(visitor),
        }
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        if let Self::Json(json) = &self
            && let JsonRef::Number(Number::Float(float)) = json.at()
            && let Some(digits) = whole_decimal(float, &visitor)
        {
            return visitor.visit_string(digits);
        }
        // A decimal would be rounded; the slow path checks the digits.
        let is_rounded = match self.unchecked() {
            Some(JsonRef::Text(text)) => is_loose_number(text),
            Some(JsonRef::Number(Number::Float(float))) => is_rounded(float),
            _ => false,
        };
        match is_rounded {
            true => Err(InputError::new("cannot be parsed")),
            false => self.visit(visitor),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.unchecked() {
            // chrono accepts more than the slow path does.
            Some(JsonRef::Text(text)) if is_loose_moment(text) => {
                Err(InputError::new("cannot be parsed"))
            }
            _ => self.visit(visitor),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self {
            Self::Nothing => visitor.visit_none(),
            Self::Json(json) if matches!(json.at(), JsonRef::Null) => visitor.visit_none(),
            Self::Part(part) if !part.is_sent() => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match asked(name) {
            None => visitor.visit_newtype_struct(self),
            Some(representation) => match self {
                Self::Json(json) => {
                    representation::read(representation, Value::Json(json), visitor)
                }
                Self::Part(part) => {
                    representation::read(representation, Value::Part(part), visitor)
                }
                Self::Names(names) => representation::tell(representation, names, visitor),
                // The type is read only from JSON.
                other => Err(other.refuse(&visitor)),
            },
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        let mut items = match self.into_items() {
            Ok(items) => items,
            Err(other) => return Err(other.refuse(&visitor)),
        };
        match visitor.visit_seq(&mut items) {
            Ok(value) => items.ended().map(|()| value),
            error => error,
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        if let Self::Names(names) = self {
            names.borrow_mut().any = true;
        }
        let mut entries = match self.into_entries() {
            Ok(entries) => entries,
            Err(other) => return Err(other.refuse(&visitor)),
        };
        visitor.visit_map(&mut entries)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match self {
            Self::Part(part) => visitor.visit_map(&mut Entries::of_part(part, Some(fields))),
            Self::Names(names) => {
                names.borrow_mut().take_fields(fields);
                Err(self.refuse(&visitor))
            }
            other => other.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        if let Self::Names(names) = self {
            names.borrow_mut().take_fields(variants);
        }
        match self.into_variant(variants) {
            Ok(variant) => visitor.visit_enum(variant),
            Err(error) => Err(error),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match &self {
            Self::Text(text) | Self::Texts(Texts { last: text, .. }) => visitor.visit_str(text),
            Self::Json(json) => match json.at() {
                JsonRef::Text(text) => visitor.visit_str(text),
                _ => Err(self.refuse(&visitor)),
            },
            other => Err(other.refuse(&visitor)),
        }
    }
}

/// A number as serde_json passes it: unsigned, unless it is negative.
enum NumberOf {
    Whole(u64),
    Int(i64),
    Float(f64),
    /// An integer beyond 64 bits.
    Long(u128),
    LongNegative(i128),
}

fn number_of(number: Number, json: Json<'_>) -> NumberOf {
    let int = match number {
        Number::Int(int) => int,
        Number::Float(float) => {
            let digits = json.tape.long_integer(json.id);
            let long = digits.and_then(|digits| digits.parse().ok());
            return long.map_or(NumberOf::Float(float), NumberOf::Long);
        }
    };
    match (u64::try_from(int), i64::try_from(int)) {
        (Ok(int), _) => NumberOf::Whole(int),
        (Err(_), Ok(int)) => NumberOf::Int(int),
        (Err(_), Err(_)) => u128::try_from(int).map_or(NumberOf::LongNegative(int), NumberOf::Long),
    }
}
