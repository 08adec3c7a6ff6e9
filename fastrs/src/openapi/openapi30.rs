//! OpenAPI 3.0, for generators that do not support 3.1.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{Document, ResponseDoc, nullable, openapi31, schema::walk, set_key::SetKey};

/// Writes a document as OpenAPI 3.0.4.
///
/// Its schemas are not JSON Schema: `null` has a keyword, a reference cannot have siblings, and there are no
/// constants. Features that 3.0 cannot express are left out: webhooks, the elements of streams, and the individual
/// item types of a tuple.
///
/// ```
/// use fastrs::openapi::{Document, Info, OperationMeta, ResponseDoc, openapi30};
///
/// let mut document = Document::new(Info::new("Shop", "1.0.0"));
/// document.operation(OperationMeta::new("GET", "/name", "read_name"), |op| {
///     let name = op.output_schema::<Option<String>>();
///     op.response(200, ResponseDoc::json(name));
/// });
/// let written = openapi30::render(&document);
/// let answer = &written["paths"]["/name"]["get"]["responses"]["200"];
/// let schema = &answer["content"]["application/json"]["schema"];
/// assert_eq!(schema, &serde_json::json!({"type": "string", "nullable": true}));
/// ```
pub fn render(document: &Document) -> Value {
    // Some generators for 3.0 support only one error type per operation, so a 422 has the same type as other errors.
    let rejection = ResponseDoc::error().description("Validation Error");
    let mut written = openapi31::render(document, &rejection);
    written["openapi"] = "3.0.4".into();
    if let Some(written) = written.as_object_mut() {
        written.shift_remove("webhooks");
    }
    if let Some(info) = written["info"].as_object_mut() {
        info.shift_remove("summary");
        if let Some(license) = info.get_mut("license").and_then(Value::as_object_mut) {
            license.shift_remove("identifier");
        }
    }
    if let Some(Value::Object(schemas)) = written.pointer_mut("/components/schemas") {
        for (_, schema) in schemas {
            rewrite(schema);
        }
    }
    if let Some(paths) = written.get_mut("paths") {
        operations(paths);
    }
    written
}

/// Rewrites the schemas in operations.
fn operations(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.shift_remove(openapi31::ITEM_SCHEMA);
            for (key, value) in object {
                match key.as_str() {
                    "schema" => rewrite(value),
                    "example" | "examples" => {}
                    _ => operations(value),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                operations(value);
            }
        }
        _ => {}
    }
}

fn rewrite(value: &mut Value) {
    if let Ok(mut schema) = Schema::try_from(value.take()) {
        walk(&mut schema, &mut nullables);
        walk(&mut schema, &mut |schema| {
            booleans(schema);
            types(schema);
            bounds(schema);
            values(schema);
            contents(schema);
            tuples(schema);
            keys(schema);
            lone_references(schema);
        });
        *value = schema.to_value();
    }
}

fn booleans(schema: &mut Schema) {
    match schema.as_bool() {
        Some(true) => *schema = json_schema!({}),
        Some(false) => *schema = json_schema!({"not": {}}),
        None => {}
    }
}

/// Rewrites nullable schemas. `nullable` has an effect only beside `type` (OpenAPI 3.0.4, 4.7.24.2). Without a type,
/// for example in a reference, `null` becomes an alternative.
fn nullables(schema: &mut Schema) {
    if !nullable::remove(schema) {
        return;
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
    if matches!(schema.get("type"), Some(Value::String(_))) {
        schema.set("nullable", true);
        return;
    }
    types(schema);
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = schema.get_mut(key) {
            branches.push(only_null());
            return;
        }
    }
    if let Some(reference) = schema.remove("$ref") {
        schema.set("anyOf", json!([{"$ref": reference}, only_null()]));
    }
}

/// Returns a schema that allows only `null`.
fn only_null() -> Value {
    json!({"type": "object", "nullable": true, "enum": [null]})
}

/// Reduces a schema to a single type other than `null`.
fn types(schema: &mut Schema) {
    if nullable::is_null(schema.as_value()) {
        schema.remove("type");
        if let Value::Object(keywords) = only_null() {
            for (key, value) in keywords {
                schema.insert(key, value);
            }
        }
    }
    if let Some(Value::Array(types)) = schema.get("type") {
        let mut choices = Vec::with_capacity(types.len());
        for name in types {
            choices.push(json!({"type": name}));
        }
        schema.remove("type");
        schema.set("anyOf", choices);
    }
}

/// Rewrites exclusive bounds as bounds with a flag.
fn bounds(schema: &mut Schema) {
    for (exclusive, inclusive) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        let Some(bound) = schema
            .get(exclusive)
            .filter(|bound| bound.is_number())
            .cloned()
        else {
            continue;
        };
        let (Some(exclusive_at), inclusive_at) = (
            bound.as_f64(),
            schema.get(inclusive).and_then(Value::as_f64),
        ) else {
            continue;
        };
        let weaker = inclusive_at.is_some_and(|at| match inclusive {
            "minimum" => at > exclusive_at,
            _ => at < exclusive_at,
        });
        if weaker {
            schema.remove(exclusive);
        } else {
            schema.insert(inclusive.into(), bound);
            schema.insert(exclusive.into(), true.into());
        }
    }
}

/// Rewrites a constant as an enum with one value, and keeps a single example.
fn values(schema: &mut Schema) {
    if let Some(value) = schema.remove("const") {
        schema.set("enum", json!([value]));
    }
    if let Some(Value::Array(examples)) = schema.remove("examples")
        && let Some(example) = examples.into_iter().next()
    {
        schema.set("example", example);
    }
}

/// Rewrites binary data as a string format.
fn contents(schema: &mut Schema) {
    let encoding = schema.remove("contentEncoding");
    let media = schema.remove("contentMediaType");
    schema.remove("contentSchema");
    let format = match (encoding, media) {
        (Some(encoding), _) if encoding == "base64" => "byte",
        (None, Some(media)) if media == "application/octet-stream" => "binary",
        _ => return,
    };
    schema.set("format", format);
}

/// Rewrites a tuple as a list with a fixed length.
fn tuples(schema: &mut Schema) {
    let Some(Value::Array(mut items)) = schema.remove("prefixItems") else {
        return;
    };
    items.dedup();
    let items = match items.as_slice() {
        [only] => only.clone(),
        _ => json!({"anyOf": items}),
    };
    schema.set("items", items);
}

/// Removes the keywords about the keys of a map, which 3.0 does not have.
fn keys(schema: &mut Schema) {
    for unknown in [
        "propertyNames",
        "unevaluatedProperties",
        "dependentRequired",
        "if",
        "then",
        "else",
    ] {
        schema.remove(unknown);
    }
    if let Some(Value::Object(patterns)) = schema.remove("patternProperties") {
        let mut values = Vec::new();
        for (_, value) in patterns {
            if values.last() != Some(&value) {
                values.push(value);
            }
        }
        let value = match values.as_slice() {
            [only] => only.clone(),
            _ => json!({"anyOf": values}),
        };
        schema.set("additionalProperties", value);
    }
}

/// Moves a reference that has siblings into `allOf`, since its siblings would be ignored.
fn lone_references(schema: &mut Schema) {
    let siblings = schema.as_object().map_or(0, Map::len);
    if siblings > 1
        && let Some(reference) = schema.remove("$ref")
    {
        schema.set("allOf", json!([{"$ref": reference}]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keywords_of_3_0_are_written() {
        let item = json!({"$ref": "#/components/schemas/Item"});
        let cases = [
            (json!(true), json!({})),
            (
                json!({"type": "null"}),
                json!({"type": "object", "nullable": true, "enum": [null]}),
            ),
            (
                json!({"type": ["integer", "null"], "minimum": 1}),
                json!({"type": "integer", "nullable": true, "minimum": 1}),
            ),
            (
                json!({"type": ["string", "number"]}),
                json!({"anyOf": [{"type": "string"}, {"type": "number"}]}),
            ),
            (
                json!({"anyOf": [item, {"type": "null"}], "description": "x"}),
                json!({
                    "anyOf": [item, {"type": "object", "nullable": true, "enum": [null]}],
                    "description": "x",
                }),
            ),
            (
                json!({"type": ["string", "number", "null"]}),
                json!({"anyOf": [
                    {"type": "string"},
                    {"type": "number"},
                    {"type": "object", "nullable": true, "enum": [null]},
                ]}),
            ),
            (
                json!({"$ref": "#/components/schemas/Item", "description": "x"}),
                json!({"allOf": [item], "description": "x"}),
            ),
            (
                json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 9, "maximum": 5}),
                json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 5}),
            ),
            (
                json!({"const": "a", "examples": ["b", "c"]}),
                json!({"enum": ["a"], "example": "b"}),
            ),
            (
                json!({"type": "string", "contentMediaType": "application/octet-stream"}),
                json!({"type": "string", "format": "binary"}),
            ),
            (
                json!({"type": "array", "prefixItems": [{"type": "string"}, true], "minItems": 2}),
                json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {}]}, "minItems": 2}),
            ),
            (
                json!({"type": "object", "patternProperties": {"^\\d+$": item}, "additionalProperties": false}),
                json!({"type": "object", "additionalProperties": item}),
            ),
        ];
        for (mut schema, expected) in cases {
            let before = schema.clone();
            rewrite(&mut schema);
            assert_eq!(schema, expected, "{before}");
        }
    }
}
