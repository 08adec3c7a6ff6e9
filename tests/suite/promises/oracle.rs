//! An independent JSON Schema validator as the oracle, and the rules that a document cannot express.

use chrono::{NaiveDateTime, NaiveTime};
use fastrs::{Value, json};
use jsonschema::Validator;
use serde_json::Map;

/// Schemas that accept more than the server does, since JSON Schema cannot express the rule: their location, and the
/// actual schema.
const NARROWER: [(&str, &str); 2] = [
    // An address of either version has no format.
    (
        "/components/schemas/Texts/properties/address",
        r#"{"enum": ["127.0.0.1", "::1", null]}"#,
    ),
    // schemars describes a map's keys only if they are numbers (by a pattern) or an enum's names.
    (
        "/components/schemas/Collections/properties/by_id",
        r#"{"type": "object", "propertyNames": {"format": "uuid"}, "additionalProperties": {
            "type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 255}
        }}"#,
    ),
];

/// Paths whose parameters are an enum: the fields of a variant belong together and those of the others are ignored,
/// whereas the document describes each parameter separately.
pub(super) const TOGETHER: [&str; 2] = ["/find", "/pick"];

/// Returns the document with fewer promises.
pub(super) fn narrowed(document: &Value) -> Value {
    let mut document = document.clone();
    for (pointer, truth) in NARROWER {
        let schema = document.pointer_mut(pointer).expect("a known schema");
        let truth: Value = serde_json::from_str(truth).expect("a schema");
        *schema = truth;
    }
    document
}

/// Returns the document with more allowed: a set accepts a repeated item, as Python's does.
pub(super) fn widened(document: &Value) -> Value {
    let mut document = document.clone();
    each(&mut document, &mut |schema| {
        schema.remove("uniqueItems");
    });
    document
}

/// Returns the validator for a schema of a document.
pub(super) fn oracle(document: &Value, schema: &Value) -> Validator {
    let mut whole = json!({ "components": document["components"], "allOf": [schema] });
    each(&mut whole, &mut |schema| {
        let format = schema.get("format").and_then(Value::as_str);
        let (least, most) = match format {
            Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
            Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
            Some("uint32") => (json!(0), json!(u32::MAX)),
            Some("uint64") => (json!(0), json!(u64::MAX)),
            _ => return,
        };
        schema.entry("minimum").or_insert(least);
        schema.entry("maximum").or_insert(most);
    });
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .with_format("time-local", |text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M:%S%.f").is_ok()
        })
        .with_format("date-time-local", |text: &str| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok()
        })
        .build(&whole)
        .unwrap_or_else(|error| panic!("{schema}: {error}"))
}

/// Calls `f` on every object in a value.
fn each(value: &mut Value, f: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            f(object);
            object.values_mut().for_each(|value| each(value, f));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| each(value, f)),
        _ => {}
    }
}
