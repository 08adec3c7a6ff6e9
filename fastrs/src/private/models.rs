//! Model fields that always compile, and schemars transforms for models.

use std::{borrow::Cow, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::IgnoredAny};
use serde_json::Value;

use super::{Constrain, Constraints, Element, FieldMeta, Kind, ModelMeta, Reads, schemars};

/// The inner type of a newtype.
#[derive(Debug)]
pub struct Inner<T>(PhantomData<T>);

impl<T: Constrain> Inner<T> {
    /// The kind of constraints that fit the type.
    pub const KIND: Kind = T::KIND;

    /// Returns whether a value satisfies the constraints.
    pub fn satisfies(value: &T, constraints: &Constraints) -> bool {
        value.satisfies(constraints)
    }
}

impl<T: Element> Inner<T> {
    /// How the type is read.
    pub const READ: Reads = T::READ;
}

/// Fallback for the inner type of a newtype that does not support constraints.
pub trait NotConstrained {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    const KIND: Kind = Kind::Other;

    #[doc(hidden)]
    fn satisfies(_: &Self::Value, _: &Constraints) -> bool {
        true
    }
}

impl<T> NotConstrained for Inner<T> {
    type Value = T;
}

/// Fallback for the inner type of a newtype that is not an argument type itself.
pub trait NoElement {
    #[doc(hidden)]
    const READ: Reads = Reads::Body;
}

impl<T> NoElement for Inner<T> {}

/// Deserializes a required field. serde gives an `Option` no default if a function deserializes it.
pub fn required<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(from)
}

/// Skips what was sent for a field that is only written, and returns the field's default.
pub fn ignored<'de, T, D: Deserializer<'de>>(from: D, default: fn() -> T) -> Result<T, D::Error> {
    IgnoredAny::deserialize(from)?;
    Ok(default())
}

/// Returns a schemars transform for a field.
pub fn field_schema(
    constraints: Constraints,
    meta: FieldMeta,
) -> impl FnMut(&mut schemars::Schema) {
    move |schema| crate::model::field_schema(schema, &constraints, &meta)
}

/// Returns a schemars transform that describes the keys of maps.
pub fn keys_schema(keys: Option<fn(&mut schemars::Schema)>) -> impl FnMut(&mut schemars::Schema) {
    move |schema| {
        if let Some(describe) = keys {
            describe(schema);
        }
    }
}

/// Returns a schemars transform for a model.
pub fn model_schema(
    meta: ModelMeta,
    id: fn() -> Cow<'static, str>,
) -> impl FnMut(&mut schemars::Schema) {
    move |schema| crate::model::model_schema(schema, &meta, &id())
}

/// A type's name in documents.
pub type Name = Cow<'static, str>;

/// The result of deserializing a type.
pub type Read<'de, T, D> = Result<T, <D as Deserializer<'de>>::Error>;

/// The result of serializing a type.
pub type Written<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// Returns the value that was sent, or the default.
pub fn or<T>(value: Option<T>, default: fn() -> T) -> T {
    value.unwrap_or_else(default)
}

/// Returns a default as shown in documents, or `None` if it cannot be JSON.
pub fn to_json<T: Serialize>(default: &T) -> Option<Value> {
    serde_json::to_value(default).ok()
}
