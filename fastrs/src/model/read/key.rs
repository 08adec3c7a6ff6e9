//! The deserializer of a key.

use serde::{
    Deserializer,
    de::{Error, IntoDeserializer, Unexpected, Visitor, value::StrDeserializer},
    forward_to_deserialize_any,
};

use super::error::InputError;
use crate::model::{bool_key, char_key, integer_key_error, is_loose_moment, is_loose_number};

/// The deserializer of a key: a string, or a value parsed from it.
pub(super) struct Key<'k> {
    text: &'k str,
    /// Whether the walk has checked the key, or the key needs no check.
    is_checked: bool,
}

impl<'k> Key<'k> {
    /// Creates the deserializer of a key that a client sent. `is_checked` says whether the walk has checked it.
    #[inline]
    pub(super) fn of_client(text: &'k str, is_checked: bool) -> Self {
        Self { text, is_checked }
    }

    /// Creates the deserializer of a field's or a variant's name.
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
