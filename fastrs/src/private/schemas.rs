//! The names and defaults in a model's schema, and what `#[schemars(..)]` says about it.

use std::{borrow::Cow, fmt::Display};

use schemars::Schema;
use serde::Serialize;
use serde_json::{Error, Value};

/// A type's name in documents.
pub type Name = Cow<'static, str>;

/// Returns the full name of a generic type with these arguments.
pub fn generic_id(name: &str, args: &[&dyn Display]) -> Name {
    let args: String = args.iter().map(ToString::to_string).collect();
    format!("{name}<{args}>").into()
}

/// A default to show in documents.
#[derive(Debug)]
pub struct Shown<T>(pub T);

impl<T: Serialize> Shown<T> {
    /// Returns the default, or `None` if it cannot be JSON.
    pub fn to_json(self) -> Option<Value> {
        serde_json::to_value(self.0).ok()
    }
}

/// The fallback for a default that is not known to be serializable: documents do not show it.
pub trait NotShown: Sized {
    #[doc(hidden)]
    fn to_json(self) -> Option<Value> {
        None
    }
}

impl<T> NotShown for Shown<T> {}

/// Returns the default, unless a field with this value would be skipped.
pub fn unless<T>(default: T, is_skipped: impl FnOnce(&T) -> bool) -> Option<T> {
    Some(default).filter(|default| !is_skipped(default))
}

/// Returns a default that a function writes, or `None` if it cannot be JSON.
pub fn to_json_with<T>(
    default: T,
    write: impl FnOnce(&T) -> Result<Value, Error>,
) -> Option<Value> {
    write(&default).ok()
}

/// Inserts a title or a description, unless it is empty.
pub fn insert_text(schema: &mut Schema, key: &str, text: impl Into<String>) {
    let text = text.into();
    if !text.is_empty() {
        schema.insert(key.to_owned(), text.into());
    }
}

/// Adds an example.
pub fn add_example(schema: &mut Schema, example: Value) {
    let examples = schema.ensure_object().entry("examples");
    if let Value::Array(examples) = examples.or_insert_with(|| Vec::<Value>::new().into()) {
        examples.push(example);
    }
}

/// Inserts any keyword.
pub fn extend(schema: &mut Schema, key: &str, value: Value) {
    schema.insert(key.to_owned(), value);
}
