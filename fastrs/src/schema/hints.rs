//! Keywords that JSON Schema does not have. No document shows them.

/// How all of them begin.
pub(crate) const PREFIX: &str = "x-fastrs-";

/// A model's full name, `shop::Item`.
pub(crate) const ID: &str = "x-fastrs-id";
/// Of a property: the other names that a client may send it under. Of an enum: those of its variants, by their names.
pub(crate) const ALIASES: &str = "x-fastrs-aliases";
/// The name of an untagged enum, whose variants are the schema's alternatives, in order.
pub(crate) const UNTAGGED: &str = "x-fastrs-untagged";
/// An enum that is reported as Python's `Literal` rather than as its `Enum`.
pub(crate) const LITERAL: &str = "x-fastrs-literal";
/// A field that has to come, even if `null` will do; its struct says so under `required`.
pub(crate) const REQUIRED: &str = "x-fastrs-required";
/// A field that is left out of documents; of a struct: the names of those.
pub(crate) const HIDDEN: &str = "x-fastrs-hidden";
/// A value that no error shows.
pub(crate) const SECRET: &str = "x-fastrs-secret";
/// Values are not coerced.
pub(crate) const STRICT: &str = "x-fastrs-strict";
/// All items must differ: a constraint, whereas `uniqueItems` may only mean that the type is a set.
pub(crate) const UNIQUE: &str = "x-fastrs-unique";
/// A URL whose scheme is `http` or `https`.
pub(crate) const HTTP_URL: &str = "x-fastrs-http-url";
/// The bounds that come from a constraint, where the Rust type has bounds of its own.
pub(crate) const BOUNDS: &str = "x-fastrs-bounds";
/// The most digits of a decimal.
pub(crate) const MAX_DIGITS: &str = "x-fastrs-max-digits";
/// The most decimal places.
pub(crate) const DECIMAL_PLACES: &str = "x-fastrs-decimal-places";
