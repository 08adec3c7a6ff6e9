//! Writes the metadata that `#[model]` and `#[field]` state into schemas.

use schemars::{Schema, generate::Contract};
use serde_json::{Map, Value};

use super::constraints::Constraints;
use crate::schema::hints::{
    ALIASES, DEFAULT, FILE, HIDDEN, ID, IGNORED, LITERAL, STRICT, UNTAGGED,
};

/// What `#[field(..)]` states about a field, besides its constraints.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldMeta {
    shared: Meta,
    aliases: &'static [&'static str],
    read_only: bool,
    write_only: bool,
    required: bool,
    hidden: bool,
    has_default_factory: bool,
    max_size: Option<usize>,
    content_types: &'static [&'static str],
}

/// What `#[model(..)]` states about a type.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelMeta {
    shared: Meta,
    aliases: &'static [(&'static str, &'static [&'static str])],
    ignored: &'static [&'static str],
    untagged: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Meta {
    title: Option<&'static str>,
    description: Option<&'static str>,
    examples: Option<fn() -> Vec<Value>>,
    deprecated: bool,
    strict: bool,
    literal: bool,
}

impl Meta {
    const NONE: Self = Self {
        title: None,
        description: None,
        examples: None,
        deprecated: false,
        strict: false,
        literal: false,
    };

    fn apply(&self, schema: &mut Schema) {
        let flag = |on: bool| on.then_some(Value::Bool(true));
        let entries = [
            ("title", self.title.map(Value::from)),
            ("description", self.description.map(Value::from)),
            ("examples", self.examples.map(|examples| examples().into())),
            ("deprecated", flag(self.deprecated)),
            (STRICT, flag(self.strict)),
            (LITERAL, flag(self.literal)),
        ];
        insert(schema, entries);
    }
}

macro_rules! shared_setters {
    ($type:ident { $($rest:tt)* }) => {
        impl $type {
            /// Creates empty metadata.
            pub const fn new() -> Self {
                Self { shared: Meta::NONE, $($rest)* }
            }

            /// Sets the title.
            #[must_use]
            pub const fn title(mut self, title: &'static str) -> Self {
                self.shared.title = Some(title);
                self
            }

            /// Sets the description, which replaces the doc comment.
            #[must_use]
            pub const fn description(mut self, description: &'static str) -> Self {
                self.shared.description = Some(description);
                self
            }

            /// Sets the examples.
            #[must_use]
            pub const fn examples(mut self, examples: fn() -> Vec<Value>) -> Self {
                self.shared.examples = Some(examples);
                self
            }

            /// Marks it as deprecated.
            #[must_use]
            pub const fn deprecated(mut self) -> Self {
                self.shared.deprecated = true;
                self
            }

            /// Turns lax conversions off: `"5"` is not a number.
            #[must_use]
            pub const fn strict(mut self) -> Self {
                self.shared.strict = true;
                self
            }

            /// Reports a wrong value as Pydantic does for a `Literal` rather than for an `Enum`.
            #[must_use]
            pub const fn literal(mut self) -> Self {
                self.shared.literal = true;
                self
            }
        }
    };
}

shared_setters!(FieldMeta {
    aliases: &[],
    read_only: false,
    write_only: false,
    required: false,
    hidden: false,
    has_default_factory: false,
    max_size: None,
    content_types: &[],
});
shared_setters!(ModelMeta {
    aliases: &[],
    ignored: &[],
    untagged: false,
});

impl FieldMeta {
    /// Writes whether the field is part of requests only, or of responses only.
    pub(super) fn apply_sides(&self, schema: &mut Schema) {
        let flag = |on: bool| on.then_some(Value::Bool(true));
        let entries = [
            ("readOnly", flag(self.read_only)),
            ("writeOnly", flag(self.write_only)),
        ];
        insert(schema, entries);
    }

    /// Requires the field to be sent, even if `null` is allowed.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Leaves the field out of documents; it is still read and written.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Sets the maximum size of a file, in bytes.
    #[must_use]
    pub const fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// Sets the media types that a file may have.
    #[must_use]
    pub const fn content_types(mut self, types: &'static [&'static str]) -> Self {
        self.content_types = types;
        self
    }

    /// Writes what `#[file(..)]` requires of a file, or of each file in a list.
    fn apply_to_file(&self, schema: &mut Schema) {
        if self.max_size.is_none() && self.content_types.is_empty() {
            return;
        }
        let schema = match schema.get_mut("items").map(<&mut Schema>::try_from) {
            Some(Ok(items)) => items,
            _ => schema,
        };
        let types = (!self.content_types.is_empty()).then(|| self.content_types.into());
        insert(
            schema,
            [("maxLength", self.max_size.map(Value::from)), (FILE, types)],
        );
    }

    /// Leaves the default out of documents, since it may be different each time.
    #[must_use]
    pub const fn default_factory(mut self) -> Self {
        self.has_default_factory = true;
        self
    }

    /// Returns whether the field must be sent, even if `null` is allowed.
    pub(super) const fn is_required(&self) -> bool {
        self.required
    }

    /// Marks the field in its struct's schema if documents leave it out.
    pub(super) fn hide(&self, object: &mut Schema, name: &str) {
        if !self.hidden {
            return;
        }
        let hidden = object.ensure_object().entry(HIDDEN);
        if let Value::Array(hidden) = hidden.or_insert_with(|| Vec::<Value>::new().into()) {
            hidden.push(name.into());
        }
    }

    /// Returns whether the field is not part of the input, or of the output.
    pub(super) fn is_hidden(&self, contract: &Contract) -> bool {
        match contract.is_deserialize() {
            true => self.read_only,
            false => self.write_only && !self.read_only,
        }
    }

    /// Sets the field's aliases: serde's `alias`.
    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Makes the field part of responses only.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Makes the field part of requests only.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }
}

impl ModelMeta {
    /// Sets the aliases of an enum's variants, by the variants' names on the wire: serde's `alias`.
    #[must_use]
    pub const fn aliases(
        mut self,
        aliases: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.aliases = aliases;
        self
    }

    /// Sets the names of the fields that are only written: whatever is sent for them is ignored.
    #[must_use]
    pub const fn ignored(mut self, names: &'static [&'static str]) -> Self {
        self.ignored = names;
        self
    }

    /// Marks an untagged enum.
    #[must_use]
    pub const fn untagged(mut self) -> Self {
        self.untagged = true;
        self
    }
}

/// Writes a field's constraints and metadata into its schema.
pub(super) fn field_schema(schema: &mut Schema, constraints: &Constraints, meta: &FieldMeta) {
    constraints.apply(schema);
    meta.shared.apply(schema);
    meta.apply_sides(schema);
    meta.apply_to_file(schema);
    let computed = meta
        .has_default_factory
        .then(|| schema.remove("default"))
        .flatten();
    let aliases = (!meta.aliases.is_empty()).then(|| meta.aliases.into());
    insert(schema, [(ALIASES, aliases), (DEFAULT, computed)]);
}

/// Writes a model's metadata and its full name into its schema.
pub(super) fn model_schema(schema: &mut Schema, meta: &ModelMeta, id: &str) {
    meta.shared.apply(schema);
    let mut aliases = Map::new();
    for (name, all) in meta.aliases {
        aliases.insert((*name).to_owned(), Value::from(*all));
    }
    let aliases = (!aliases.is_empty()).then(|| aliases.into());
    let ignored = (!meta.ignored.is_empty()).then(|| meta.ignored.into());
    let untagged = meta.untagged.then(|| id.into());
    insert(
        schema,
        [
            (ID, Some(id.into())),
            (ALIASES, aliases),
            (IGNORED, ignored),
            (UNTAGGED, untagged),
        ],
    );
}

fn insert<const N: usize>(schema: &mut Schema, entries: [(&str, Option<Value>); N]) {
    for (key, value) in entries {
        if let Some(value) = value {
            schema.insert(key.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Number;
    use schemars::json_schema;
    use serde_json::json;

    #[test]
    fn a_field_declares_everything() {
        const META: FieldMeta = FieldMeta::new()
            .title("Age")
            .description("In years.")
            .examples(|| vec![json!(7)])
            .deprecated()
            .read_only()
            .strict();
        let mut schema = json_schema!({"type": "integer"});
        field_schema(&mut schema, &Constraints::new().ge(Number::Int(0)), &META);
        let expected = json!({
            "type": "integer", "minimum": 0, "title": "Age", "description": "In years.",
            "examples": [7], "deprecated": true, "x-fastrs-strict": true, "readOnly": true,
        });
        assert_eq!(schema.to_value(), expected);
    }

    #[test]
    fn a_model_has_its_name_by_default() {
        let mut schema = json_schema!({"type": "string", "enum": ["a"]});
        model_schema(&mut schema, &ModelMeta::new(), "shop::Letter");
        assert_eq!(
            schema.clone().to_value(),
            json!({"type": "string", "enum": ["a"], "x-fastrs-id": "shop::Letter"})
        );
        model_schema(&mut schema, &ModelMeta::new().literal(), "shop::Letter");
        assert_eq!(schema.to_value()["x-fastrs-literal"], json!(true));
    }
}
