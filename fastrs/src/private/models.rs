//! Model fields that always compile.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serializer, de::IgnoredAny};

use super::{Constrain, Constraints, Element, Kind, Reads};

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

/// The result of deserializing a type.
pub type Read<'de, T, D> = Result<T, <D as Deserializer<'de>>::Error>;

/// The result of serializing a type.
pub type Written<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// Returns the value that was sent, or the default.
pub fn or<T>(value: Option<T>, default: fn() -> T) -> T {
    value.unwrap_or_else(default)
}
