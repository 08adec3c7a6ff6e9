//! The request body, which several arguments may share.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{BodyMedia, BodyParam, components::Components, nullable, set_key::SetKey};

/// Returns the media type of the whole body: a form that contains a file is multipart.
pub(super) fn media(bodies: &[BodyParam]) -> Option<BodyMedia> {
    bodies.iter().map(|body| body.media).max()
}

/// Returns whether one of the arguments is required.
pub(super) fn required(bodies: &[BodyParam]) -> bool {
    bodies.iter().any(|body| body.required)
}

/// Returns whether a request without a body is rejected. An empty body is an empty form, so this depends on the
/// fields of the form.
pub(super) fn requires_body(bodies: &[BodyParam], components: &Components) -> bool {
    let refuses = |body: &BodyParam| {
        body.required
            && (!body.media.is_form() || body.embed || {
                let schema = components.resolved(&body.schema);
                has_required(schema.as_value(), components)
            })
    };
    bodies.iter().any(refuses)
}

/// Returns whether every object that matches a schema has a required field.
fn has_required(schema: &Value, components: &Components) -> bool {
    if let Some(Value::Array(names)) = schema.get("required")
        && !names.is_empty()
    {
        return true;
    }
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(component) = reference.and_then(|to| components.by_reference(to))
        && has_required(component.schema.as_value(), components)
    {
        return true;
    }
    ["oneOf", "anyOf"].iter().any(|key| match schema.get(key) {
        Some(Value::Array(choices)) => choices
            .iter()
            .all(|choice| has_required(choice, components)),
        _ => false,
    })
}

/// Returns the one argument that is the body itself.
pub(super) fn whole(bodies: &[BodyParam]) -> Option<&BodyParam> {
    match bodies {
        [body] if !body.embed => Some(body),
        _ => None,
    }
}

/// Returns the content of the body, with its named examples, and with the media types of its fields.
pub(super) fn content(
    bodies: &[BodyParam],
    media: BodyMedia,
    schema: Value,
    with_encoding: bool,
) -> Value {
    let mut content = Map::with_capacity(1);
    content.set("schema", schema);
    if let Some(examples) = whole(bodies).and_then(|body| body.openapi_examples.as_ref()) {
        content.set("examples", examples.clone());
    }
    if with_encoding {
        let mut encoding = Map::new();
        for body in bodies {
            if let Some(of) = &body.content_type {
                encoding.set(&body.name, json!({ "contentType": of }));
            }
            for (field, of) in &body.file_types {
                encoding.set(field, json!({ "contentType": of }));
            }
        }
        if !encoding.is_empty() {
            content.set("encoding", encoding);
        }
    }
    let media = (media.as_str().to_owned(), Value::Object(content));
    Map::from_iter([media]).into()
}

/// Returns the object whose properties are the arguments. `write` returns the schema of an argument.
pub(super) fn object(
    bodies: &[BodyParam],
    components: &Components,
    write: &dyn Fn(&BodyParam) -> Schema,
) -> Schema {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for body in bodies {
        if body.media != BodyMedia::Json && !body.embed {
            flatten(body, components, &mut properties, &mut required);
            continue;
        }
        properties.insert(body.name.clone(), write(body).to_value());
        if body.required {
            required.push(Value::from(body.name.as_str()));
        }
    }
    let mut object = json_schema!({"type": "object", "properties": properties});
    if !required.is_empty() {
        object.set("required", required);
    }
    object
}

/// Adds the fields of a struct to the form's fields.
pub(super) fn flatten(
    body: &BodyParam,
    components: &Components,
    properties: &mut Map<String, Value>,
    required: &mut Vec<Value>,
) {
    let mut schema = components.resolved(&body.schema);
    let optional = nullable::remove(&mut schema) || !body.required;
    let schema = components
        .referred(&schema)
        .map_or(&schema, |component| &component.schema);
    if let Some(Value::Object(fields)) = schema.get("properties") {
        for (name, field) in fields {
            properties.entry(name).or_insert_with(|| field.clone());
        }
    }
    if let Some(Value::Array(names)) = schema.get("required")
        && !optional
    {
        required.extend(names.iter().cloned());
    }
}
