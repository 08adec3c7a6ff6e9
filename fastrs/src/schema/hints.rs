//! Keywords that fastrs adds to JSON Schema for its own use. No document shows them.

/// The prefix of every such keyword.
pub(crate) const PREFIX: &str = "x-fastrs-";

/// A model's full name, `shop::Item`.
pub(crate) const ID: &str = "x-fastrs-id";
/// On a property: the other names that a client may send it under. On an enum: its variants' aliases, by variant name.
pub(crate) const ALIASES: &str = "x-fastrs-aliases";
/// The name of an untagged enum, whose variants are the schema's alternatives, in order.
pub(crate) const UNTAGGED: &str = "x-fastrs-untagged";
/// On a map: the schema of its keys.
pub(crate) const KEYS: &str = "x-fastrs-keys";
/// Marks an enum that errors report as Python's `Literal` rather than as its `Enum`.
pub(crate) const LITERAL: &str = "x-fastrs-literal";
/// On a struct: the names that a client may send, and whose values are ignored.
pub(crate) const IGNORED: &str = "x-fastrs-ignored";
/// Marks an object in which the fields of all its alternatives may be missing.
pub(crate) const OPTIONAL: &str = "x-fastrs-optional";
/// On the schema of a `Partial<T>`: a reference to `T`, which FastAPI's dialect shows in its place.
pub(crate) const PARTIAL_OF: &str = "x-fastrs-partial-of";
/// On a struct: the names of the fields that are left out of documents.
pub(crate) const HIDDEN: &str = "x-fastrs-hidden";
/// On a property: a default that no document shows, since it may be another value each time, or is never sent back.
pub(crate) const DEFAULT: &str = "x-fastrs-default";
/// On a field of flattened `Option`s: the name of each one's struct, and whether the field is required if any of the
/// struct's fields is sent.
pub(crate) const PARTS: &str = "x-fastrs-parts";
/// Marks a form of which each field is a separate argument in FastAPI.
pub(crate) const ARGUMENTS: &str = "x-fastrs-arguments";
/// Marks a value that no error shows.
pub(crate) const SECRET: &str = "x-fastrs-secret";
/// The reason why the pattern beside it is not a regular expression.
pub(crate) const PATTERN_ERROR: &str = "x-fastrs-pattern-error";
/// Marks a value that is not coerced.
pub(crate) const STRICT: &str = "x-fastrs-strict";
/// All items must differ. This is a constraint, whereas `uniqueItems` may only mean that the type is a set.
pub(crate) const UNIQUE: &str = "x-fastrs-unique";
/// Marks a URL whose scheme is `http` or `https`.
pub(crate) const HTTP_URL: &str = "x-fastrs-http-url";
/// The bounds that come from a constraint, where the Rust type has its own bounds as well.
pub(crate) const BOUNDS: &str = "x-fastrs-bounds";
/// The maximum number of digits of a decimal.
pub(crate) const MAX_DIGITS: &str = "x-fastrs-max-digits";
/// The maximum number of decimal places.
pub(crate) const DECIMAL_PLACES: &str = "x-fastrs-decimal-places";
/// Marks an uploaded file, which only a form can contain. Its value is the media types that the file may have.
pub(crate) const FILE: &str = "x-fastrs-file";
