//! What `#[model]` and `#[field]` say beyond types, written into schemas.
//!
//! Called from the schemars transforms that the macros write.

use schemars::{Schema, generate::Contract};
use serde_json::Value;

use super::constraints::Constraints;
use crate::schema::hints::{ALIASES, HIDDEN, ID, LITERAL, REQUIRED, STRICT, UNTAGGED};

/// What `#[field(..)]` says about a field, besides its constraints.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldMeta {
    shared: Meta,
    aliases: &'static [&'static str],
    read_only: bool,
    write_only: bool,
    required: bool,
    hidden: bool,
}

/// What `#[model(..)]` says about a type.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelMeta {
    shared: Meta,
    aliases: &'static [(&'static str, &'static [&'static str])],
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
            /// Nothing said yet.
            pub const fn new() -> Self {
                Self { shared: Meta::NONE, $($rest)* }
            }

            /// A title.
            #[must_use]
            pub const fn title(mut self, title: &'static str) -> Self {
                self.shared.title = Some(title);
                self
            }

            /// A description, instead of the doc comment.
            #[must_use]
            pub const fn description(mut self, description: &'static str) -> Self {
                self.shared.description = Some(description);
                self
            }

            /// Examples.
            #[must_use]
            pub const fn examples(mut self, examples: fn() -> Vec<Value>) -> Self {
                self.shared.examples = Some(examples);
                self
            }

            /// Not to be used any more.
            #[must_use]
            pub const fn deprecated(mut self) -> Self {
                self.shared.deprecated = true;
                self
            }

            /// No lax conversions: `"5"` is no number.
            #[must_use]
            pub const fn strict(mut self) -> Self {
                self.shared.strict = true;
                self
            }

            /// Reported as Python's `Literal` rather than as an `Enum`.
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
});
shared_setters!(ModelMeta {
    aliases: &[],
    untagged: false,
});

impl FieldMeta {
    /// Writes whether it is part of requests or answers alone.
    pub(super) fn apply_sides(&self, schema: &mut Schema) {
        let flag = |on: bool| on.then_some(Value::Bool(true));
        let entries = [
            ("readOnly", flag(self.read_only)),
            ("writeOnly", flag(self.write_only)),
            (REQUIRED, flag(self.required)),
            (HIDDEN, flag(self.hidden)),
        ];
        insert(schema, entries);
    }

    /// Required, even if `null` will do.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Left out of documents, and read and written all the same.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Whether it is no part of what is read, or written.
    pub(super) fn is_hidden(&self, contract: &Contract) -> bool {
        match contract.is_deserialize() {
            true => self.read_only,
            false => self.write_only && !self.read_only,
        }
    }

    /// Other names that it may come under: serde's `alias`.
    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Part of answers alone.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Part of requests alone.
    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }
}

impl ModelMeta {
    /// Other names of an enum's variants, by their names on the wire: serde's `alias`.
    #[must_use]
    pub const fn aliases(
        mut self,
        aliases: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.aliases = aliases;
        self
    }

    /// An untagged enum.
    #[must_use]
    pub const fn untagged(mut self) -> Self {
        self.untagged = true;
        self
    }
}

/// Writes a field's constraints and metadata into its schema.
pub fn field_schema(schema: &mut Schema, constraints: &Constraints, meta: &FieldMeta) {
    constraints.apply(schema);
    meta.shared.apply(schema);
    meta.apply_sides(schema);
    let aliases = (!meta.aliases.is_empty()).then(|| meta.aliases.into());
    insert(schema, [(ALIASES, aliases)]);
}

/// Writes a model's metadata and its full name into its schema.
pub fn model_schema(schema: &mut Schema, meta: &ModelMeta, id: &str) {
    meta.shared.apply(schema);
    let aliases = meta.aliases.iter();
    let aliases: Value = aliases
        .map(|(name, aliases)| ((*name).to_owned(), Value::from(*aliases)))
        .collect();
    let aliases = (!meta.aliases.is_empty()).then_some(aliases);
    let untagged = meta.untagged.then(|| id.into());
    insert(
        schema,
        [
            (ID, Some(id.into())),
            (ALIASES, aliases),
            (UNTAGGED, untagged),
        ],
    );
    lift(schema);
}

/// What fields say that is a matter of their struct: which are required, and which no document names.
fn lift(schema: &mut Schema) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let (mut required, mut hidden) = (Vec::new(), Vec::new());
    for (name, property) in properties {
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        if property.remove(REQUIRED).is_some() {
            required.push(Value::from(name.as_str()));
        }
        if property.remove(HIDDEN).is_some() {
            hidden.push(Value::from(name.as_str()));
        }
    }
    if !hidden.is_empty() {
        schema.insert(HIDDEN.to_owned(), hidden.into());
    }
    if !required.is_empty() {
        let object = schema.ensure_object();
        let known = object
            .entry("required")
            .or_insert_with(|| Vec::<Value>::new().into());
        if let Value::Array(known) = known {
            required.retain(|name| !known.contains(name));
            known.append(&mut required);
        }
    }
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
    fn a_field_says_it_all() {
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
    fn a_model_says_its_name_by_default() {
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
