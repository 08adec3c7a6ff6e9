//! Removing `null` from schemas, and adding it.

use schemars::Schema;
use serde_json::{Value, json};

use super::set_key::SetKey;

/// Removes `null` from a schema, and returns whether the schema allowed it.
pub(super) fn remove(schema: &mut Schema) -> bool {
    let Some(object) = schema.as_object_mut() else {
        return false;
    };
    // Only a schema with alternatives can allow `null`, and most have none.
    let is_choice = |(key, value): (&String, &Value)| {
        value.is_array() && matches!(key.as_str(), "type" | "enum" | "anyOf" | "oneOf")
    };
    if !object.iter().any(is_choice) {
        return false;
    }
    let mut was_nullable = false;
    if let Some(Value::Array(types)) = object.get_mut("type") {
        was_nullable = take_out(types, |name| name == "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.set("type", only);
        }
    }
    if let Some(Value::Array(values)) = object.get_mut("enum")
        && values.len() > 1
    {
        was_nullable |= take_out(values, Value::is_null);
    }
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = object.get_mut(key) else {
            continue;
        };
        let before = branches.len();
        was_nullable |= take_out(branches, is_null);
        if before > 1
            && let [Value::Object(only)] = branches.as_slice()
        {
            let only = only.clone();
            object.remove(key);
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    was_nullable
}

/// Removes the entries for `null`, and returns whether there were any.
fn take_out(values: &mut Vec<Value>, is_null: fn(&Value) -> bool) -> bool {
    let before = values.len();
    values.retain(|value| !is_null(value));
    values.len() < before
}

/// Makes a schema allow `null`, unless it already does.
pub(super) fn allow(schema: &mut Schema) {
    if remove(&mut schema.clone()) || is_null(schema.as_value()) || accepts_anything(schema) {
        return;
    }
    let closed = schema.get("enum").is_some() || schema.get("const").is_some();
    match schema.get_mut("type") {
        Some(Value::String(name)) if !closed => {
            let types = json!([name, "null"]);
            schema.set("type", types);
        }
        Some(Value::Array(types)) if !closed => types.push("null".into()),
        _ => {
            let inner = std::mem::take(schema);
            *schema = schemars::json_schema!({"anyOf": [inner, {"type": "null"}]});
        }
    }
}

/// Returns whether a schema allows only `null`.
pub(super) fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

/// Returns whether a schema has no restrictions.
pub(super) fn accepts_anything(schema: &Schema) -> bool {
    schema.as_bool() == Some(true) || schema.as_object().is_some_and(serde_json::Map::is_empty)
}

#[cfg(test)]
mod tests {
    use schemars::{json_schema, schema_for};

    use super::*;

    #[test]
    fn null_is_removed_from_every_form() {
        let forms = [
            json_schema!({"type": ["string", "null"], "maxLength": 3}),
            json_schema!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}),
        ];
        for mut form in forms {
            assert!(remove(&mut form));
            assert_eq!(form, json_schema!({"type": "string", "maxLength": 3}));
        }
        let mut closed = json_schema!({"type": ["string", "null"], "enum": ["a", null]});
        assert!(remove(&mut closed));
        assert_eq!(closed, json_schema!({"type": "string", "enum": ["a"]}));
    }

    #[test]
    fn nothing_is_removed_if_there_is_no_null() {
        for mut schema in [
            schema_for!(String),
            schema_for!(Vec<Option<u8>>),
            json_schema!({}),
        ] {
            let before = schema.clone();
            assert!(!remove(&mut schema));
            assert_eq!(schema, before);
        }
    }

    #[test]
    fn null_is_inserted_once() {
        let mut schema = json_schema!({"$ref": "#/components/schemas/Item"});
        allow(&mut schema);
        let nullable =
            json_schema!({"anyOf": [{"$ref": "#/components/schemas/Item"}, {"type": "null"}]});
        assert_eq!(schema, nullable);
        allow(&mut schema);
        assert_eq!(schema, nullable);

        let mut schema = json_schema!({"type": "integer", "minimum": 1});
        allow(&mut schema);
        assert_eq!(
            schema,
            json_schema!({"type": ["integer", "null"], "minimum": 1})
        );
    }
}
