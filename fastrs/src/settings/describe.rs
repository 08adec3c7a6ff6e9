//! A field's type in words, from its schema.

use serde_json::Value;

use crate::schema::{definition_name, hints};

/// Returns the schema that a reference names, or the schema itself. What stands beside the reference belongs to the
/// field, not to its type.
pub(super) fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    // A reference to a reference is rare, and a cycle of references is not a valid schema.
    for _ in 0..8 {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(|reference| reference.strip_prefix("#/$defs/"));
        match name.and_then(|name| root.get("$defs")?.get(&*definition_name(name))) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// Returns the schemas that a schema combines.
pub(super) fn parts<'a>(schema: &'a Value, keyword: &str) -> impl Iterator<Item = &'a Value> {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Returns whether the value is a secret or contains one.
pub(super) fn holds_secret(root: &Value, schema: &Value) -> bool {
    fn search<'a>(root: &'a Value, schema: &'a Value, seen: &mut Vec<&'a str>) -> bool {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            if seen.contains(&name) {
                return false;
            }
            seen.push(name);
            let target = resolve(root, schema);
            if !std::ptr::eq(target, schema) && search(root, target, seen) {
                return true;
            }
        }
        match schema {
            Value::Object(map) => {
                map.get(hints::SECRET).is_some_and(|flag| flag == true)
                    || map.iter().any(|(key, part)| {
                        !matches!(key.as_str(), "$defs" | "default" | "examples")
                            && search(root, part, seen)
                    })
            }
            Value::Array(parts) => parts.iter().any(|part| search(root, part, seen)),
            _ => false,
        }
    }
    search(root, schema, &mut Vec::new())
}

/// Returns the type in words, with its article: "an integer, at least 1".
pub(super) fn type_text(root: &Value, property: &Value) -> String {
    let of = resolve(root, property);
    let mut text = noun(root, of);
    let is_secret = [property, of]
        .iter()
        .any(|schema| schema.get(hints::SECRET).is_some());
    if is_secret {
        text = match text.as_str() {
            "text" => "a secret".to_owned(),
            _ => format!("{text}, which is secret"),
        };
    }
    for limit in limits(of) {
        text.push_str(&format!(", {limit}"));
    }
    if !std::ptr::eq(of, property) {
        for limit in limits(property) {
            text.push_str(&format!(", {limit}"));
        }
    }
    text
}

fn noun(root: &Value, schema: &Value) -> String {
    let schema = resolve(root, schema);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values = values.iter().filter(|value| !value.is_null());
        let values: Vec<_> = values.map(shown).collect();
        return match &values[..] {
            [one] => one.clone(),
            _ => format!("one of {}", values.join(", ")),
        };
    }
    if let Some(value) = schema.get("const") {
        return shown(value);
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    };
    let types: Vec<_> = types.into_iter().filter(|ty| *ty != "null").collect();
    let format = schema.get("format").and_then(Value::as_str);
    match (&types[..], format) {
        (["string"], format) => text_of(format).to_owned(),
        (["integer"], _) => "an integer".to_owned(),
        (["number"], _) => "a number".to_owned(),
        (["boolean"], _) => "true or false".to_owned(),
        (["array"], _) => list_text(root, schema),
        (["object"], _) => "a JSON object".to_owned(),
        (["number" | "string", "number" | "string"], _) => "a number".to_owned(),
        _ => alternatives(root, schema),
    }
}

fn text_of(format: Option<&str>) -> &'static str {
    match format {
        Some("uri") => "a URL",
        Some("email") => "an email address",
        Some("duration") => "a duration",
        Some("date") => "a date",
        Some("time" | "partial-time") => "a time",
        Some("date-time" | "partial-date-time") => "a date and time",
        Some("uuid") => "a UUID",
        Some("ip" | "ipv4" | "ipv6") => "an IP address",
        Some("decimal") => "a number",
        _ => "text",
    }
}

fn list_text(root: &Value, schema: &Value) -> String {
    let items = schema.get("items").map(|items| type_text(root, items));
    match items.as_deref() {
        None => "a list, with commas or as JSON".to_owned(),
        Some("a JSON object") => "a list of objects, as JSON".to_owned(),
        Some(item) => format!("a list, with commas or as JSON, of which each item is {item}"),
    }
}

/// Returns the alternatives of a union or of an enum with documented variants.
fn alternatives(root: &Value, schema: &Value) -> String {
    let mut all: Vec<String> = Vec::new();
    for part in parts(schema, "anyOf").chain(parts(schema, "oneOf")) {
        let is_null = part.get("type").is_some_and(|ty| ty == "null");
        let text = noun(root, part);
        if !is_null && !all.contains(&text) {
            all.push(text);
        }
    }
    match &all[..] {
        [] if parts(schema, "allOf").next().is_some() => "a JSON object".to_owned(),
        [] => "text or JSON".to_owned(),
        [one] => one.clone(),
        _ => format!("one of {}", all.join(", ")),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// Returns the constraints. Those that the Rust type implies by itself are left out.
fn limits(schema: &Value) -> Vec<String> {
    let format = schema.get("format").and_then(Value::as_str);
    let format = format.unwrap_or_default();
    let is_unsigned = format.starts_with("uint");
    let number = |key: &str| match schema.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let mut limits = Vec::new();
    let mut range = |least: &str, most: &str, unit: &str| {
        let least = number(least).filter(|least| !(is_unsigned && least == "0"));
        match (least, number(most)) {
            (Some(least), Some(most)) => limits.push(format!("from {least} to {most}{unit}")),
            (Some(least), None) => limits.push(format!("at least {least}{unit}")),
            (None, Some(most)) => limits.push(format!("at most {most}{unit}")),
            (None, None) => {}
        }
    };
    range("minimum", "maximum", "");
    // The length limits of a URL do not matter here.
    if matches!(format, "" | "password") {
        range("minLength", "maxLength", " characters");
    }
    range("minItems", "maxItems", " items");
    for (key, words) in [
        ("exclusiveMinimum", "greater than"),
        ("exclusiveMaximum", "less than"),
        ("multipleOf", "a multiple of"),
    ] {
        limits.extend(number(key).map(|number| format!("{words} {number}")));
    }
    limits
}
