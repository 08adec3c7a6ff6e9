//! Merges the schema of a flattened field into its struct's schema, by the rules of schemars' derive.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json, map::Entry};

use crate::schema::hints;

/// Returns the schema of a type for a flattened field. All its fields may be missing if the field `is_optional`.
pub(super) fn flat_schema(mut schema: Schema, is_optional: bool) -> Schema {
    if let Some(names) = take_names(&mut schema) {
        let names = names.iter().filter_map(Value::as_str);
        let alternatives = names.map(
            |name| json!({"type": "object", "properties": {name: {"type": "null"}}, "required": [name]}),
        );
        let one_of = schema.ensure_object().entry("oneOf");
        if let Value::Array(one_of) = one_of.or_insert_with(|| json!([])) {
            one_of.extend(alternatives);
        }
    }
    if is_optional {
        schema.remove("required");
        if let Some(one_of) = schema.remove("oneOf") {
            // The alternatives of `oneOf` exclude each other, and `{}` allows everything.
            flatten(
                &mut schema,
                json_schema!({"anyOf": [{"oneOf": one_of}, {}]}),
            );
        }
        if let Some(Value::Array(any_of)) = schema.get_mut("anyOf")
            && !any_of.contains(&json!({}))
        {
            any_of.push(json!({}));
        }
    }
    // Only the outer struct decides on unknown fields.
    open(&mut schema);
    schema
}

/// Removes the names of an enum's variants without content. A flattened one is an object: `{"Name": null}`.
fn take_names(schema: &mut Schema) -> Option<Vec<Value>> {
    let is_text = |schema: &Schema| schema.get("type").is_some_and(|name| name == "string");
    if is_text(schema)
        && let Some(Value::Array(names)) = schema.remove("enum")
    {
        schema.remove("type");
        return Some(names);
    }
    let one_of = schema.get_mut("oneOf")?.as_array_mut()?;
    let first = <&mut Schema>::try_from(one_of.get_mut(0)?).ok()?;
    if is_text(first)
        && let Some(Value::Array(names)) = first.remove("enum")
    {
        one_of.remove(0);
        return Some(names);
    }
    None
}

const CLOSING: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// Returns whether unknown fields are not allowed.
pub(super) fn is_closed(schema: &Schema) -> bool {
    CLOSING.iter().any(|word| is_false(schema, word))
}

fn is_false(schema: &Schema, word: &str) -> bool {
    schema.get(word).is_some_and(|value| value == false)
}

/// Allows unknown fields, and returns whether any were not allowed.
fn open(schema: &mut Schema) -> bool {
    let mut is_changed = false;
    for word in CLOSING {
        if is_false(schema, word) {
            schema.remove(word);
            is_changed = true;
        }
    }
    open_alternatives(schema) || is_changed
}

/// Allows unknown fields in the schemas that describe the same object.
pub(super) fn open_alternatives(schema: &mut Schema) -> bool {
    let object = schema.as_object_mut().into_iter().flatten();
    let alternatives = object.flat_map(|(word, value)| match (word.as_str(), value) {
        ("if" | "then" | "else", value) => std::slice::from_mut(value),
        ("allOf" | "anyOf" | "oneOf", Value::Array(values)) => values,
        _ => &mut [],
    });
    let mut is_changed = false;
    for schema in alternatives.filter_map(|value| <&mut Schema>::try_from(value).ok()) {
        is_changed |= open(schema);
    }
    is_changed
}

/// Merges the schema of a flattened field into its struct's schema.
pub(super) fn flatten(schema: &mut Schema, other: Schema) {
    match Value::from(other) {
        Value::Object(mut other) => {
            let object = schema.ensure_object();
            use_unevaluated_properties(object, &other);
            use_unevaluated_properties(&mut other, object);
            for (key, value) in other {
                merge(object, key, value);
            }
        }
        Value::Bool(true) => {
            if let Some(object) = schema.as_object_mut()
                && !CLOSING.iter().any(|word| object.contains_key(*word))
            {
                let word = CLOSING[usize::from(has_inner_schemas(object))];
                object.insert(word.to_owned(), true.into());
            }
        }
        _ => {}
    }
}

fn merge(object: &mut Map<String, Value>, key: String, value: Value) {
    match object.entry(key) {
        Entry::Vacant(vacant) => {
            vacant.insert(value);
        }
        Entry::Occupied(occupied) => match (occupied.key().as_str(), value) {
            ("required" | "allOf" | hints::HIDDEN, Value::Array(more)) => {
                if let Value::Array(known) = occupied.into_mut() {
                    known.extend(more);
                }
            }
            ("properties" | "patternProperties", Value::Object(more)) => {
                if let Value::Object(known) = occupied.into_mut() {
                    known.extend(more);
                }
            }
            ("oneOf" | "anyOf", value) => {
                let (key, known) = occupied.remove_entry();
                let both = json!([{&key: known}, {&key: value}]);
                merge(object, "allOf".to_owned(), both);
            }
            _ => {}
        },
    }
}

/// Replaces `additionalProperties` with `unevaluatedProperties`, which also covers the properties of inner schemas.
fn use_unevaluated_properties(object: &mut Map<String, Value>, other: &Map<String, Value>) {
    let [own, further] = CLOSING;
    if object.contains_key(own) && (other.contains_key(further) || has_inner_schemas(other)) {
        let value = object.remove(own).unwrap_or_default();
        object.insert(further.to_owned(), value);
    }
}

fn has_inner_schemas(object: &Map<String, Value>) -> bool {
    let words = ["if", "allOf", "anyOf", "oneOf", "$ref"];
    words.iter().any(|word| object.contains_key(*word))
}

/// Marks each field of a flattened `Option` with the name of the field's struct, and with whether the struct requires
/// the field. A required field may be missing if none of the struct's fields is sent.
pub(super) fn mark_parts(schema: &mut Schema, id: &str) {
    let required = schema.get("required").and_then(Value::as_array);
    let required = required.cloned().unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let is_required = required.iter().any(|required| required == name);
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        // The fields of a flattened `Option` inside the struct are already marked with the name of their own struct.
        let parts = property
            .entry(hints::PARTS)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(parts) = parts {
            parts.push(json!([id, is_required]));
        }
    }
}
