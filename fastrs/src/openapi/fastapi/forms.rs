//! Forms with models. FastAPI 0.165 does not list the fields of a model among the form's fields: each model is one more
//! condition on the form.

use std::collections::BTreeSet;

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use crate::{
    openapi::{BodyParam, bodies, components::Components, names, nullable, set_key::SetKey},
    schema::hints,
};

/// Returns whether an argument is a model whose fields belong to the form.
pub(super) fn is_model(body: &BodyParam, components: &Components) -> bool {
    body.media.is_form() && !body.embed && !is_arguments(body, components)
}

/// Returns whether each field of the argument's type is an argument in FastAPI.
pub(super) fn is_arguments(body: &BodyParam, components: &Components) -> bool {
    let component = components.referred(&components.resolved(&body.schema));
    component.is_some_and(|component| component.schema.get(hints::ARGUMENTS).is_some())
}

/// Returns the schema of a form with models. `write` returns the schema of an argument's type.
pub(super) fn object(
    params: &[BodyParam],
    components: &Components,
    write: &dyn Fn(&BodyParam) -> Schema,
) -> Schema {
    let (mut properties, mut required, mut conditions) = (Map::new(), Vec::new(), Vec::new());
    for body in params {
        if is_arguments(body, components) {
            bodies::flatten(body, components, &mut properties, &mut required);
            continue;
        }
        if is_model(body, components) {
            condition(body, components, write(body), &mut conditions);
            continue;
        }
        properties.insert(body.name.clone(), write(body).to_value());
        if body.required {
            required.push(Value::from(body.name.as_str()));
        }
    }
    let mut object = json_schema!({ "type": "object", "allOf": conditions });
    if !properties.is_empty() {
        object.set("properties", properties);
    }
    if !required.is_empty() {
        object.set("required", required);
    }
    object
}

/// Adds the condition of a model. If the model is optional, the condition also holds if none of its fields were sent.
fn condition(
    body: &BodyParam,
    components: &Components,
    mut schema: Schema,
    conditions: &mut Vec<Value>,
) {
    let own = body.title.clone();
    let title = own.unwrap_or_else(|| names::title(&body.name));
    let nullable = nullable::remove(&mut schema) || body.nullable;
    schema.remove("default");
    if !nullable {
        if schema.get("$ref").is_none() {
            schema.set("title", title);
        }
        return conditions.push(schema.to_value());
    }
    if schema.get("anyOf").is_none() {
        schema = json_schema!({ "anyOf": [schema] });
    }
    schema.set("title", title);
    let absent = absent(&schema, components);
    if body.required {
        conditions.push(json!({ "not": absent }));
        conditions.push(schema.to_value());
    } else {
        conditions.push(json!({ "anyOf": [absent, schema] }));
    }
}

/// Returns the schema of a form without any field of a model.
fn absent(schema: &Schema, components: &Components) -> Value {
    let (mut names, mut takes_others) = (BTreeSet::new(), false);
    collect(schema.as_value(), components, &mut |object| {
        takes_others |= object.contains_key("additionalProperties");
        if let Some(Value::Object(fields)) = object.get("properties") {
            names.extend(fields.keys().cloned());
        }
    });
    match takes_others {
        true => json!({ "maxProperties": 0 }),
        false if names.is_empty() => json!({}),
        false => {
            let each = names.into_iter().map(|name| json!({ "required": [name] }));
            json!({ "not": { "anyOf": each.collect::<Value>() } })
        }
    }
}

/// Calls `found` with each object that a model may be.
fn collect(schema: &Value, components: &Components, found: &mut dyn FnMut(&Map<String, Value>)) {
    if let Value::Object(object) = schema {
        found(object);
    }
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(component) = reference.and_then(|to| components.by_reference(to)) {
        collect(component.schema.as_value(), components, found);
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(Value::Array(parts)) = schema.get(key) {
            for part in parts {
                collect(part, components, found);
            }
        }
    }
}
