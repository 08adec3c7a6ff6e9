//! The deserializer of every [`Input`].

use std::borrow::Cow;

use serde::{Deserializer, de::Visitor};

use super::{
    entries::Entries,
    error::InputError,
    input::{Input, NumberOf, Texts, number_of},
    representation::{Value, requested},
    represented::{read, report_names},
};
use crate::model::{JsonRef, Number, is_loose_moment, is_loose_number, is_rounded, whole_decimal};

impl<'de, 's> Input<'de, 's> {
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

/// Infinities and NaN are left to the cold path, which reports them properly.
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
            // A unit takes no entry of the object.
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
        // A decimal would be rounded; the cold path checks the digits.
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
            // chrono accepts more than the cold path does.
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
        match requested(name) {
            None => visitor.visit_newtype_struct(self),
            Some(representation) => match self {
                Self::Json(json) => read(representation, Value::Json(json), visitor),
                Self::Part(part) => read(representation, Value::Part(part), visitor),
                Self::Names(names) => report_names(representation, names, visitor),
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
