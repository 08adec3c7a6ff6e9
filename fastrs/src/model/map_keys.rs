//! The schemas of maps' keys. schemars itself writes only patterns and the names of enum variants.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value};

use crate::schema::hints;

/// Describes the keys of a map, for the walk as a schema, and for documents as `propertyNames`.
pub(super) fn describe_map<K: JsonSchema>(schema: &mut Schema, values: fn(&mut Schema)) {
    describe(schema, K::json_schema, values);
}

fn describe(
    schema: &mut Schema,
    keys: fn(&mut SchemaGenerator) -> Schema,
    values: fn(&mut Schema),
) {
    let settings = SchemaSettings::default().with(|settings| settings.inline_subschemas = true);
    let keys = keys(&mut settings.for_deserialize().into_generator());
    if let Some(names) = names(&keys) {
        schema.insert("propertyNames".to_owned(), names.into());
    }
    // Any string is a key anyway.
    if keys != json_schema!({"type": "string"}) {
        schema.insert(hints::KEYS.to_owned(), keys.to_value());
    }
    inner(schema, &["additionalProperties"], values);
    for word in ["patternProperties", "properties"] {
        let properties = schema.get_mut(word).and_then(Value::as_object_mut);
        for (_, property) in properties.into_iter().flatten() {
            apply(property, values);
        }
    }
}

/// Describes the keys inside the schemas under these keywords.
pub(super) fn inner(schema: &mut Schema, words: &[&str], values: fn(&mut Schema)) {
    for word in words {
        if let Some(inner) = schema.get_mut(*word) {
            apply(inner, values);
        }
    }
}

fn apply(value: &mut Value, describe: fn(&mut Schema)) {
    if value.is_object()
        && let Ok(schema) = <&mut Schema>::try_from(value)
    {
        describe(schema);
    }
}

/// Returns the constraints on a map's keys that schemars does not write: it handles patterns and fixed names itself.
fn names(key: &Schema) -> Option<Map<String, Value>> {
    let is_said = ["pattern", "enum", "const"]
        .iter()
        .any(|word| key.get(*word).is_some());
    if is_said || key.get("type").is_none_or(|name| name != "string") {
        return None;
    }
    let mut names = Map::new();
    for word in ["format", "minLength", "maxLength"] {
        if let Some(value) = key.get(word) {
            names.insert(word.to_owned(), value.clone());
        }
    }
    (!names.is_empty()).then_some(names)
}
