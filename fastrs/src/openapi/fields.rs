//! The fields of a struct, or of an enum of structs, as parameters or as the fields of a form.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{
    Parameter, ParameterLocation, Schemas, nullable,
    schema::{Side, target},
    set_key::SetKey,
    variants,
};
use crate::schema::hints;

/// Returns the fields as parameters, or `None` if the schema does not describe objects with known fields.
pub(super) fn parameters(
    schemas: &Schemas,
    schema: &Schema,
    location: ParameterLocation,
) -> Option<Vec<Parameter>> {
    let mut schema = schema.clone();
    let optional = nullable::remove(&mut schema);
    let object = definition(schemas, &schema)?.as_object()?;
    let mut parameters = Vec::new();
    let mut fields = Fields {
        schemas,
        location,
        open: Vec::new(),
    };
    fields.gather(object, &mut parameters);
    if object.get("properties").is_none() && parameters.is_empty() {
        return None;
    }
    if optional {
        parameters
            .iter_mut()
            .for_each(|parameter| parameter.required = false);
    }
    Some(parameters)
}

fn definition<'s>(schemas: &'s Schemas, schema: &'s Schema) -> Option<&'s Schema> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            let local = target(reference)?;
            debug_assert_eq!(local.0, Side::Input, "a parameter is read");
            schemas.definition(&local)
        }
        None => Some(schema),
    }
}

/// What is known while the fields of a schema are gathered.
struct Fields<'s> {
    schemas: &'s Schemas,
    location: ParameterLocation,
    /// The schemas that are being gathered: a type may contain itself, `enum Tree { Leaf(u32), Other(Box<Tree>) }`.
    open: Vec<&'s Map<String, Value>>,
}

impl<'s> Fields<'s> {
    fn gather(&mut self, object: &'s Map<String, Value>, into: &mut Vec<Parameter>) {
        if self.open.iter().any(|open| std::ptr::eq(*open, object)) {
            return;
        }
        self.open.push(object);
        self.gather_new(object, into);
        self.open.pop();
    }

    fn gather_new(&mut self, object: &'s Map<String, Value>, into: &mut Vec<Parameter>) {
        let required = object.get("required").and_then(Value::as_array);
        let properties = object.get("properties").and_then(Value::as_object);
        let hidden = list(object, hints::HIDDEN);
        for (name, property) in properties.into_iter().flatten() {
            if hidden.iter().any(|hidden| hidden == name) {
                continue;
            }
            let Ok(property) = Schema::try_from(property.clone()) else {
                continue;
            };
            let required = required.is_some_and(|required| required.iter().any(|r| r == name));
            into.push(parameter(name, property, self.location).required(required));
        }
        // schemars may keep a flattened struct separate from the outer one, and writes a tag beside a reference.
        if let Some(reference) = object.get("$ref").and_then(Value::as_str)
            && let Some(target) = self.schemas.behind(reference).and_then(Value::as_object)
        {
            self.gather(target, into);
        }
        for part in list(object, "allOf") {
            if let Some(part) = object_of(self.schemas, part) {
                self.gather(part, into);
            }
        }
        for choice in ["oneOf", "anyOf"] {
            self.choose(list(object, choice), into);
        }
    }

    /// Adds the fields of an enum's variants. Only fields that every variant requires are required.
    fn choose(&mut self, variants: &'s [Value], into: &mut Vec<Parameter>) {
        // An externally tagged enum is a single value: `"Unit"` or `{"Variant": ..}`.
        if variants.iter().all(variants::is_external) {
            return;
        }
        let mut chosen: Vec<Parameter> = Vec::new();
        let mut needed: Option<Vec<String>> = None;
        for variant in variants {
            let Some(object) = variant.as_object() else {
                continue;
            };
            let mut fields = Vec::new();
            self.gather(object, &mut fields);
            if fields.is_empty() {
                continue;
            }
            let mut required = Vec::new();
            for field in &fields {
                if field.required {
                    required.push(field.name.clone());
                }
            }
            match &mut needed {
                Some(names) => names.retain(|name| required.contains(name)),
                None => needed = Some(required),
            }
            for field in fields {
                match chosen.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => merge_fields(known, field),
                    None => chosen.push(field),
                }
            }
        }
        let needed = needed.unwrap_or_default();
        for mut field in chosen {
            field.required = needed.contains(&field.name);
            into.push(field);
        }
    }
}

fn list<'v>(object: &'v Map<String, Value>, key: &str) -> &'v [Value] {
    match object.get(key) {
        Some(Value::Array(values)) => values,
        _ => &[],
    }
}

fn object_of<'s>(schemas: &'s Schemas, schema: &'s Value) -> Option<&'s Map<String, Value>> {
    let schema = <&Schema>::try_from(schema).ok()?;
    definition(schemas, schema)?.as_object()
}

/// Merges two variants' fields with the same name into one parameter that accepts either.
fn merge_fields(known: &mut Parameter, other: Parameter) {
    known.nullable |= other.nullable;
    known.deprecated &= other.deprecated;
    known.description = known.description.take().or(other.description);
    if known.default != other.default {
        known.default = None;
    }
    if known.schema == other.schema {
        return;
    }
    if let (Some(mut values), Some(mut more)) = (texts(&known.schema), texts(&other.schema)) {
        more.retain(|value| !values.contains(value));
        values.append(&mut more);
        known.schema = schemars::json_schema!({"type": "string", "enum": values});
        return;
    }
    let other = other.schema.to_value();
    if let Some(Value::Array(choices)) = known.schema.get_mut("anyOf") {
        if !choices.contains(&other) {
            choices.push(other);
        }
        return;
    }
    let choices = json!([std::mem::take(&mut known.schema), other]);
    known.schema.set("anyOf", choices);
}

/// Returns the strings that a schema allows, if it allows nothing else.
fn texts(schema: &Schema) -> Option<Vec<Value>> {
    if schema.get("type")? != "string" {
        return None;
    }
    match (schema.get("const"), schema.get("enum")) {
        (Some(only), None) => Some(vec![only.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        _ => None,
    }
}

/// Moves a property's annotations from its schema to the parameter.
fn parameter(name: &str, mut schema: Schema, location: ParameterLocation) -> Parameter {
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let description = text(schema.remove("description"));
    let title = text(schema.remove("title"));
    let deprecated = schema.remove("deprecated") == Some(Value::Bool(true));
    schema.remove(hints::DEFAULT);
    schema.remove(hints::PARTS);
    let default = schema
        .remove("default")
        .filter(|default| !default.is_null());
    let examples = match schema.remove("examples") {
        Some(Value::Array(examples)) => examples,
        _ => Vec::new(),
    };
    let nullable = nullable::remove(&mut schema);
    Parameter {
        nullable,
        description,
        title,
        deprecated,
        default,
        examples,
        field: Some(name.to_owned()),
        ..Parameter::new(name, location, schema)
    }
}
