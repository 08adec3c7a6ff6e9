//! Fields of models that always compile, and what a model says to schemars.

use std::{borrow::Cow, fmt::Display, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Constrain, Constraints, Element, FieldMeta, Kind, ModelMeta, Reads, Report, schemars};

/// What is inside a newtype.
#[derive(Debug)]
pub struct Inner<T>(PhantomData<T>);

impl<T: Constrain> Inner<T> {
    /// What constraints fit it.
    pub const KIND: Kind = T::KIND;

    /// Whether it satisfies them.
    pub fn satisfies(value: &T, constraints: &Constraints) -> bool {
        value.satisfies(constraints)
    }
}

impl<T: Element> Inner<T> {
    /// How it is read.
    pub const READ: Reads = T::READ;
}

/// What stands in for the inside of a newtype that has no constraints.
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

/// What stands in for the inside of a newtype that is no argument itself.
pub trait NoElement {
    #[doc(hidden)]
    const READ: Reads = Reads::Body;
}

impl<T> NoElement for Inner<T> {}

/// Reads a field that has to come: of one that is read by a function, serde gives an `Option` no default.
pub fn required<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(from)
}

/// The outcome of a custom validator.
pub fn custom<E: Display>(outcome: Result<(), E>, report: &mut Report<'_>) {
    report.outcome(outcome);
}

/// The outcome of a custom validator of a struct's field.
pub fn custom_at<E: Display>(name: &'static str, outcome: Result<(), E>, report: &mut Report<'_>) {
    if let Err(error) = outcome {
        report.at_field(name, |report| report.custom(error.to_string()));
    }
}

/// A schemars transform for a field.
pub fn field_schema(
    constraints: Constraints,
    meta: FieldMeta,
) -> impl FnMut(&mut schemars::Schema) {
    move |schema| crate::model::field_schema(schema, &constraints, &meta)
}

/// A schemars transform for a model.
pub fn model_schema(
    meta: ModelMeta,
    id: fn() -> Cow<'static, str>,
) -> impl FnMut(&mut schemars::Schema) {
    move |schema| crate::model::model_schema(schema, &meta, &id())
}

/// A type's name in documents.
pub type Name = Cow<'static, str>;

/// What a type is read to.
pub type Read<'de, T, D> = Result<T, <D as Deserializer<'de>>::Error>;

/// What writing gives.
pub type Written<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// The value that came, or the default.
pub fn or<T>(value: Option<T>, default: fn() -> T) -> T {
    value.unwrap_or_else(default)
}

/// A default as documents tell it; nothing if it cannot be JSON.
pub fn to_json<T: Serialize>(default: &T) -> Option<Value> {
    serde_json::to_value(default).ok()
}
