//! What schemas tell fastrs beyond JSON Schema's words. No document shows it.

/// What all the others begin with.
pub(crate) const PREFIX: &str = "x-fastrs-";

/// A model's full name, `shop::Item`.
pub(crate) const ID: &str = "x-fastrs-id";
/// An enum that is told as Python's `Literal` rather than as its `Enum`.
pub(crate) const LITERAL: &str = "x-fastrs-literal";
/// A text that no error shows.
pub(crate) const SECRET: &str = "x-fastrs-secret";
/// Values are not converted.
pub(crate) const STRICT: &str = "x-fastrs-strict";
/// No two items are alike: a constraint, where `uniqueItems` may only say that the type is a set.
pub(crate) const UNIQUE: &str = "x-fastrs-unique";
/// An address of the web.
pub(crate) const HTTP_URL: &str = "x-fastrs-http-url";
/// Which bounds are a constraint's, where the Rust type has bounds of its own.
pub(crate) const BOUNDS: &str = "x-fastrs-bounds";
/// The most digits of a decimal.
pub(crate) const MAX_DIGITS: &str = "x-fastrs-max-digits";
/// The most digits of a decimal after its point.
pub(crate) const DECIMAL_PLACES: &str = "x-fastrs-decimal-places";
