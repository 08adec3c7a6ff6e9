//! A struct's schema, assembled from its fields as schemars' derive would.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::Contract};
use serde_json::{Map, Value};

use crate::{
    model::{
        constraints::Constraints,
        meta::{FieldMeta, ModelMeta, field_schema, model_schema},
    },
    schema::{TypeSchema, hints},
};

/// The description of a struct.
#[derive(Debug)]
pub struct StructSchema<'a> {
    docs: Docs,
    meta: ModelMeta,
    properties: &'a [Property],
}

/// The description of a field.
#[derive(Debug)]
pub struct Property {
    name: &'static str,
    of: TypeSchema,
    docs: Docs,
    default: Option<fn() -> Option<Value>>,
    /// Whether the field's type has a value if nothing is sent.
    is_optional: fn() -> bool,
    keys: Option<fn(&mut Schema)>,
    constraints: Constraints,
    meta: FieldMeta,
}

/// A doc comment.
#[derive(Debug)]
struct Docs {
    title: &'static str,
    description: &'static str,
}

impl Docs {
    const NONE: Self = Self {
        title: "",
        description: "",
    };

    fn write(&self, schema: &mut Schema) {
        for (key, text) in [("title", self.title), ("description", self.description)] {
            if !text.is_empty() {
                schema.insert(key.to_owned(), text.into());
            }
        }
    }
}

/// A type that a model's field may have, since it can be described.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a model",
    label = "schemars cannot describe it",
    note = "put `#[model]` on `{Self}`, or derive `Serialize`, `Deserialize` and `JsonSchema` for it"
)]
pub trait DescribedField: JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema> DescribedField for T {}

impl Property {
    /// Describes a field with this name and type.
    pub const fn of<T: DescribedField>(name: &'static str) -> Self {
        Self {
            name,
            of: TypeSchema::of::<T>(),
            docs: Docs::NONE,
            default: None,
            is_optional: || false,
            keys: None,
            constraints: Constraints::new(),
            meta: FieldMeta::new(),
        }
    }

    /// Sets the function that describes the keys of maps, if the field may contain any.
    #[must_use]
    pub const fn keys(mut self, keys: Option<fn(&mut Schema)>) -> Self {
        self.keys = keys;
        self
    }

    /// Sets the doc comment.
    #[must_use]
    pub const fn docs(mut self, title: &'static str, description: &'static str) -> Self {
        self.docs = Docs { title, description };
        self
    }

    /// Sets the function that returns whether the field may be left out: whether its type has a value if nothing is
    /// sent.
    #[must_use]
    pub const fn optional(mut self, is_optional: fn() -> bool) -> Self {
        self.is_optional = is_optional;
        self
    }

    /// Sets the value of the field if it is not sent.
    #[must_use]
    pub const fn default(mut self, default: fn() -> Option<Value>) -> Self {
        self.default = Some(default);
        self
    }

    /// Sets the constraints and metadata of `#[field(..)]`.
    #[must_use]
    pub const fn field_attr(mut self, constraints: Constraints, meta: FieldMeta) -> Self {
        self.constraints = constraints;
        self.meta = meta;
        self
    }

    fn write(&self, generator: &mut SchemaGenerator) -> Schema {
        let mut schema = self.of.within(generator);
        self.docs.write(&mut schema);
        self.meta.apply_sides(&mut schema);
        if let Some(default) = self.default.and_then(|default| default()) {
            let is_shown = !self.meta.is_hidden(&Contract::Serialize);
            let key = if is_shown { "default" } else { hints::DEFAULT };
            schema.insert(key.to_owned(), default);
        }
        if let Some(describe_keys) = self.keys {
            describe_keys(&mut schema);
        }
        field_schema(&mut schema, &self.constraints, &self.meta);
        schema
    }

    fn is_required(&self, contract: &Contract) -> bool {
        let may_be_left_out = || self.default.is_some() || (self.is_optional)();
        contract.is_serialize() || !may_be_left_out()
    }
}

impl<'a> StructSchema<'a> {
    /// Describes a struct with these fields.
    pub const fn new(meta: ModelMeta, properties: &'a [Property]) -> Self {
        Self {
            docs: Docs::NONE,
            meta,
            properties,
        }
    }

    /// Sets the doc comment.
    #[must_use]
    pub const fn docs(mut self, title: &'static str, description: &'static str) -> Self {
        self.docs = Docs { title, description };
        self
    }

    /// Returns the schema of the struct, whose full name is `id`.
    pub fn write(&self, generator: &mut SchemaGenerator, id: Cow<'static, str>) -> Schema {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let contract = generator.contract().clone();
        for property in self.properties {
            if property.meta.is_hidden(&contract) {
                continue;
            }
            let schema = property.write(generator);
            properties.insert(property.name.to_owned(), schema.into());
            if property.is_required(&contract) {
                required.push(Value::from(property.name));
            }
        }
        let mut schema = Schema::default();
        schema.insert("type".to_owned(), "object".into());
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), properties.into());
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        self.docs.write(&mut schema);
        model_schema(&mut schema, &self.meta, &id);
        schema
    }
}
