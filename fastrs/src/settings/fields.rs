//! The settings as a tree of fields, from the schema of their struct: each field with its variable.

use std::collections::BTreeSet;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

use super::{
    describe::{holds_secret, parts, resolve, type_text},
    meta::SettingsMeta,
};
use crate::schema::{TypeSchema, hints};

/// The settings of a struct.
pub(super) struct Tree {
    /// The prefix of the variables.
    pub(super) prefix: &'static str,
    pub(super) docs: Option<String>,
    pub(super) fields: Vec<Field>,
    /// The names of all fields, at any depth. Other keys that occur in a value are a part of it.
    pub(super) names: BTreeSet<String>,
}

/// A field, and the variable that sets it.
pub(super) struct Field {
    /// Its name in the model.
    pub(super) key: String,
    pub(super) variable: String,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
    pub(super) is_secret: bool,
    pub(super) docs: Option<String>,
    /// Its type, as in "an integer, at least 1".
    pub(super) of: String,
    pub(super) default: Option<Value>,
    /// Whether it has a default that may be another value each time.
    pub(super) has_hidden_default: bool,
}

/// How a field's text is read.
pub(super) enum Kind {
    /// As one value.
    Text,
    /// As JSON, or as values between commas.
    List,
    /// As JSON.
    Json,
    /// As JSON if it is an object or a list, and otherwise as one value.
    Any,
    /// From a variable for each field, or as JSON.
    Struct {
        fields: Vec<Field>,
        /// It exists only if one of its variables is set.
        is_optional: bool,
    },
}

/// Returns the fields of a type.
pub(super) fn of<T: JsonSchema>(meta: &SettingsMeta) -> Tree {
    build(TypeSchema::of::<T>(), meta)
}

fn build(of: TypeSchema, meta: &SettingsMeta) -> Tree {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let root = of.alone(settings, None);
    let mut builder = Builder {
        root: &root,
        meta,
        names: BTreeSet::new(),
        outer: Vec::new(),
    };
    let fields = builder.fields(&root, meta.prefix);
    Tree {
        prefix: meta.prefix,
        docs: docs(resolve(&root, &root)),
        fields,
        names: builder.names,
    }
}

struct Builder<'a> {
    root: &'a Value,
    meta: &'a SettingsMeta,
    names: BTreeSet<String>,
    /// The structs around the current one, each identified by its properties: a struct inside itself is read as JSON.
    outer: Vec<&'a Value>,
}

impl<'a> Builder<'a> {
    /// Returns the fields of an object, those of flattened structs included.
    fn fields(&mut self, schema: &'a Value, prefix: &str) -> Vec<Field> {
        let mut fields = Vec::new();
        self.outer.push(resolve(self.root, schema));
        self.collect(schema, prefix, &mut fields);
        self.outer.pop();
        fields
    }

    fn collect(&mut self, schema: &'a Value, prefix: &str, fields: &mut Vec<Field>) {
        let schema = resolve(self.root, schema);
        let required = schema.get("required").and_then(Value::as_array);
        let hidden = schema.get(hints::HIDDEN).and_then(Value::as_array);
        let lists = |names: Option<&Vec<Value>>, name: &str| {
            names.is_some_and(|names| names.iter().any(|other| other == name))
        };
        for (key, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if !lists(hidden, key) {
                fields.push(self.field(key, property, lists(required, key), prefix));
            }
        }
        for part in parts(schema, "allOf") {
            self.collect(part, prefix, fields);
        }
    }

    fn field(&mut self, key: &str, property: &'a Value, is_required: bool, prefix: &str) -> Field {
        self.names.insert(key.to_owned());
        // An alias is the variable's whole name.
        let prefix = match self.outer.len() == 1 && self.meta.aliases.contains(&key) {
            true => "",
            false => prefix,
        };
        let variable = format!("{prefix}{}", key.to_uppercase());
        Field {
            kind: self.kind(property, &variable),
            key: key.to_owned(),
            is_required,
            is_secret: holds_secret(self.root, property),
            docs: docs(property).or_else(|| docs(without_null(self.root, property).0)),
            of: type_text(self.root, property),
            default: property.get("default").cloned(),
            has_hidden_default: property.get(hints::DEFAULT).is_some(),
            variable,
        }
    }

    fn kind(&mut self, property: &'a Value, variable: &str) -> Kind {
        let (schema, is_optional) = without_null(self.root, property);
        let is = |name: &str| {
            let ty = schema.get("type");
            ty.is_some_and(|ty| {
                ty == name
                    || ty
                        .as_array()
                        .is_some_and(|all| all.iter().any(|ty| ty == name))
            })
        };
        if is("array") {
            return Kind::List;
        }
        let has_parts = parts(schema, "allOf").next().is_some();
        if is("object") || has_parts {
            let is_struct = schema.get("properties").is_some() || has_parts;
            let is_nested = self.outer.iter().any(|outer| std::ptr::eq(*outer, schema));
            if !is_struct || is_nested {
                return Kind::Json;
            }
            let fields = self.fields(schema, &format!("{variable}__"));
            return Kind::Struct {
                fields,
                is_optional,
            };
        }
        let scalar = ["string", "integer", "number", "boolean"];
        match schema.get("enum").is_some() || scalar.iter().any(|name| is(name)) {
            true => Kind::Text,
            false => Kind::Any,
        }
    }
}

/// Returns the schema of a value that is not null, and whether null is allowed, too.
fn without_null<'a>(root: &'a Value, schema: &'a Value) -> (&'a Value, bool) {
    let schema = resolve(root, schema);
    let alternatives: Vec<_> = parts(schema, "anyOf").collect();
    let is_null = |schema: &&Value| schema.get("type").is_some_and(|ty| ty == "null");
    match &alternatives[..] {
        [one, null] if is_null(null) => (resolve(root, one), true),
        _ => (schema, false),
    }
}

/// Returns the doc comment.
fn docs(schema: &Value) -> Option<String> {
    let schema: &Map<String, Value> = schema.as_object()?;
    Some(schema.get("description")?.as_str()?.to_owned())
}
