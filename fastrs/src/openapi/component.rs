//! One component of a document: the schema of a type, or of one of its sides.

use schemars::Schema;
use serde_json::Value;

use super::schema::Side;

/// One schema under `components/schemas`.
#[derive(Debug)]
pub(super) struct Component {
    /// The name of the type before it was made unique.
    pub(super) base: String,
    /// The side that the component describes, if input and output differ.
    pub(super) side: Option<Side>,
    /// For an output, the fields that are always present in it but optional in the input.
    pub(super) defaulted: Vec<Value>,
    /// The schema, with its references resolved and its hints still in it.
    pub(super) schema: Schema,
}

impl Component {
    /// Creates a component that is not one of the app's types.
    pub(super) fn new(base: String, schema: Schema) -> Self {
        Self {
            base,
            side: None,
            defaulted: Vec::new(),
            schema,
        }
    }
}
