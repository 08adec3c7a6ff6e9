//! serde's view of every input but the text of a JSON body: a parameter's strings, JSON on a tape, or nothing.
//!
//! There is one type for all of them, so that a user's type is compiled for it only once: each further deserializer
//! costs another copy of each model's code. Errors carry their location, the keys and indexes that lead to them.

use std::{borrow::Cow, cell::RefCell};

use serde::{
    Deserialize,
    de::{DeserializeOwned, Error, Expected, Unexpected},
};

use super::{
    error::InputError,
    json::Json,
    part::{Names, Part},
};
use crate::model::{JsonRef, Number};

/// The source of a value.
pub(crate) enum Input<'de, 's> {
    /// Nothing was sent: an `Option` reads `None`, and other types fail.
    Nothing,
    /// One string, read as a number, a bool, a date and so on, according to the type.
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

/// Returns the names that a flattened field of this type takes.
pub fn names_of<T: DeserializeOwned>() -> Names {
    let names = RefCell::new(Names::default());
    // The result is an error, since there is nothing to read.
    drop(T::deserialize(Input::Names(&names)));
    names.into_inner()
}

impl<'de, 's> Input<'de, 's> {
    /// Returns the string, if this is one.
    #[inline]
    pub(super) fn into_text(self) -> Result<Cow<'de, str>, Self> {
        match self {
            Self::Text(text) | Self::Texts(Texts { last: text, .. }) => Ok(text),
            other => Err(other),
        }
    }

    /// Returns a scalar that the cold path has not checked.
    #[inline]
    pub(super) fn unchecked(&self) -> Option<JsonRef<'_>> {
        match self {
            Self::Text(text) | Self::Texts(Texts { last: text, .. }) => Some(JsonRef::Text(text)),
            Self::Json(json) if !json.tape.is_checked() => Some(json.at()),
            _ => None,
        }
    }

    /// Returns the error for a value of the wrong type.
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

/// A number as serde_json passes it: unsigned, unless it is negative.
pub(super) enum NumberOf {
    Whole(u64),
    Int(i64),
    Float(f64),
    /// An integer beyond 64 bits.
    Long(u128),
    LongNegative(i128),
}

pub(super) fn number_of(number: Number, json: Json<'_>) -> NumberOf {
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
