//! Schemas as Pydantic would write them.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use crate::{
    openapi::{
        clean::clean,
        decimals::{NUMERIC, is_decimal, takes_numbers},
        names, nullable,
        schema::walk,
        set_key::SetKey,
    },
    schema::hints,
};

/// The annotations that Pydantic writes beside the `anyOf` of an optional type.
const OUTSIDE: [&str; 6] = [
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
];

/// Rewrites a schema and all schemas in it.
pub(super) fn rewrite(schema: &mut Schema) {
    walk(schema, &mut |schema| {
        numbers(schema);
        formats(schema);
        decimals(schema);
        literals(schema);
        maps(schema);
        clean(schema);
        choices(schema);
        if schema.get("default").is_some_and(Value::is_null) {
            schema.remove("default");
        }
        titles(schema);
    });
}

/// Makes a schema optional, like `T | None`.
pub(super) fn optional(schema: &mut Schema) {
    nullable::allow(schema);
    choices(schema);
}

/// Returns whether Pydantic gives a field with this schema a title. It does not if the schema refers to a type with a
/// title.
fn takes_title(schema: &Value) -> bool {
    if schema.get("$ref").is_some() {
        return false;
    }
    let Some(Value::Array(branches)) = schema.get("anyOf") else {
        return true;
    };
    let mut branches = branches.iter().filter(|branch| !nullable::is_null(branch));
    match (branches.next(), branches.next()) {
        (Some(only), None) => takes_title(only),
        _ => true,
    }
}

/// Removes formats and the bounds of Rust types, since Python's numbers have no size. `x-fastrs-bounds` marks bounds
/// that come from constraints; otherwise they are recognized by their values.
fn numbers(schema: &mut Schema) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else {
        return;
    };
    let (minimum, maximum): (Option<i64>, Option<i64>) = match format {
        "uint8" => (Some(0), Some(u8::MAX.into())),
        "uint16" => (Some(0), Some(u16::MAX.into())),
        "uint32" | "uint64" | "uint128" | "uint" => (Some(0), None),
        "int8" => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        "int16" => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        "int32" | "int64" | "int128" | "int" | "float" | "double" => (None, None),
        _ => return,
    };
    schema.remove("format");
    for (key, bound) in [("minimum", minimum), ("maximum", maximum)] {
        let wanted = schema.get(hints::BOUNDS).and_then(Value::as_array);
        let wanted = wanted.is_some_and(|keys| keys.iter().any(|wanted| wanted == key));
        if !wanted && bound.is_some() && schema.get(key).and_then(Value::as_i64) == bound {
            schema.remove(key);
        }
    }
}

/// Renames formats that have another name in Pydantic.
fn formats(schema: &mut Schema) {
    let name = match schema.get("format").and_then(Value::as_str) {
        Some("partial-date-time") => "date-time",
        Some("partial-time") => "time",
        Some("ip") => "ipvanyaddress",
        _ => return,
    };
    schema.set("format", name);
}

/// Removes what FastAPI does not write for decimals: the pattern, and the bounds if only strings are allowed.
fn decimals(schema: &mut Schema) {
    if !is_decimal(schema) {
        return;
    }
    schema.remove("pattern");
    let numbers = takes_numbers(schema);
    if let Some(object) = schema.as_object_mut()
        && !numbers
    {
        object.retain(|key, _| !NUMERIC.contains(&key.as_str()));
    }
}

/// Writes a `Literal` with one value as a constant, and removes the descriptions of an enum's variants.
fn literals(schema: &mut Schema) {
    if let Some(Value::Array(branches)) = schema.get_mut("oneOf") {
        for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
            if branch.get("const").is_some_and(Value::is_string) {
                branch.remove("description");
            }
        }
    }
    if schema.get(hints::LITERAL).is_none() {
        return;
    }
    let only = match schema.get("enum") {
        Some(Value::Array(values)) if values.len() == 1 => values.first().cloned(),
        _ => None,
    };
    if let Some(only) = only {
        schema.remove("enum");
        schema.set("const", only);
    }
}

/// Describes a map as Pydantic does: patterns of keys remain, but a pattern for integers allows any key. If the keys
/// are the variants of an enum, their names become `propertyNames`.
fn maps(schema: &mut Schema) {
    if let Some(Value::Object(patterns)) = schema.get("patternProperties") {
        let is_integer = |key: &str| matches!(key, r"^\d+$" | r"^-?\d+$");
        let mut integers = patterns.iter().filter(|(key, _)| is_integer(key));
        let value = integers.next().map(|(_, value)| value.clone());
        match value.filter(|_| patterns.len() == 1) {
            Some(value) => {
                schema.remove("patternProperties");
                schema.set("additionalProperties", value);
            }
            None => _ = schema.remove("additionalProperties"),
        }
        return;
    }
    let names = schema.get(hints::KEYS).and_then(|keys| keys.get("enum"));
    if let Some(names) = names.cloned()
        && let Some(Value::Object(properties)) = schema.remove("properties")
        && let Some((_, value)) = properties.into_iter().next()
    {
        schema.set("additionalProperties", value);
        schema.set("propertyNames", json!({ "enum": names }));
    }
}

/// Turns several types in one schema into alternatives.
fn choices(schema: &mut Schema) {
    let was_nullable = nullable::remove(schema);
    let several = matches!(schema.get("type"), Some(Value::Array(_)));
    if !was_nullable && !several {
        return;
    }
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let mut outside = Map::new();
    // Beside `writeOnly`, this is the format of `SecretStr`; otherwise, it is the field's own format.
    let is_password = object.get("format").is_some_and(|it| it == "password");
    if is_password && !object.contains_key("writeOnly") {
        object.remove("format");
        outside.set("format", "password");
    }
    for key in OUTSIDE {
        if let Some(value) = object.remove(key) {
            outside.insert(key.to_owned(), value);
        }
    }
    let mut branches = match object.remove("type") {
        Some(Value::Array(types)) => per_type(&types, object),
        Some(other) => {
            object.set("type", other);
            vec![Value::Object(std::mem::take(object))]
        }
        None => match object.remove("anyOf") {
            Some(Value::Array(branches)) if object.is_empty() => branches,
            Some(branches) => {
                object.set("anyOf", branches);
                vec![Value::Object(std::mem::take(object))]
            }
            None => vec![Value::Object(std::mem::take(object))],
        },
    };
    if was_nullable {
        branches.push(json!({"type": "null"}));
    }
    *schema = json_schema!({"anyOf": branches});
    for (key, value) in outside {
        schema.insert(key, value);
    }
}

/// Returns one schema per type, with the keywords that apply to it. Numbers come first, as in Pydantic.
fn per_type(types: &[Value], keywords: &Map<String, Value>) -> Vec<Value> {
    let (mut numbers, mut others) = (Vec::new(), Vec::new());
    for name in types {
        let numeric = name == "number" || name == "integer";
        let about = |key: &str| match key {
            "minLength" | "maxLength" | "pattern" | "format" => name == "string",
            key => numeric || !NUMERIC.contains(&key),
        };
        let mut branch = Map::new();
        branch.set("type", name.clone());
        for (key, value) in keywords {
            if about(key) {
                branch.insert(key.clone(), value.clone());
            }
        }
        match branch["type"].as_str() {
            Some("number" | "integer") => numbers.push(branch.into()),
            _ => others.push(branch.into()),
        }
    }
    numbers.append(&mut others);
    numbers
}

/// Adds titles to the properties of an object.
fn titles(schema: &mut Schema) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (name, property) in properties {
        if property.get("title").is_none()
            && takes_title(property)
            && let Some(property) = property.as_object_mut()
        {
            property.set("title", names::title(name).trim());
        }
    }
}
