//! The JSON of a model's fields, as `Partial` writes them.

use serde_json::Value;

/// The name under which a field is written.
#[derive(Debug)]
pub(crate) enum FieldName<'s> {
    Own(&'static str, Option<&'s Value>),
    /// The field is written among the others.
    Flattened,
}

/// A field's JSON.
#[derive(Debug)]
pub(crate) struct WrittenField {
    /// `None` if the field is an object that is written among the others.
    pub(super) name: Option<&'static str>,
    pub(super) text: String,
    /// The JSON that was sent, if it is a list or an object.
    pub(super) sent: Option<Value>,
}

impl WrittenField {
    pub(super) fn new(text: String, name: FieldName<'_>) -> Self {
        let (name, sent) = match name {
            FieldName::Own(name, sent) => (Some(name), sent.cloned()),
            FieldName::Flattened => (None, None),
        };
        Self { name, text, sent }
    }
}
