//! Pydantic's names for the members of a union, and Python's spelling of values.

use serde_json::{Map, Value};

use super::limits::Limits;

/// Returns the name of a union's member in an error's `loc`.
pub(super) fn label(schema: &Value) -> String {
    let Some(schema) = schema.as_object() else {
        return "any".to_owned();
    };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let title = schema.get("title").and_then(Value::as_str);
    if let Some(title) = title.filter(|_| schema.contains_key("properties")) {
        return title.to_owned();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return format!("literal[{}]", spelled(values).join(","));
    }
    if let Some(value) = schema.get("const") {
        return format!("literal[{}]", python_repr(value));
    }
    if matches!(schema.get("type"), Some(Value::Array(types)) if types.len() == 2 && types.iter().all(|name| name == "string" || name == "number"))
    {
        return "decimal".to_owned();
    }
    let kind = schema.get("type").and_then(Value::as_str);
    let name = kind.map_or("any".to_owned(), |kind| of_type(kind, schema));
    let scalar = matches!(kind, Some("integer" | "number" | "string"));
    let stated = |key| schema.contains_key(key);
    // The bounds of a Rust integer are not constraints that the user wrote.
    let own_range = kind == Some("integer") && stated("format") && !stated("multipleOf");
    if scalar && !own_range && Limits::of_schema(schema).is_constrained() {
        return format!("constrained-{name}");
    }
    name
}

fn of_type(kind: &str, schema: &Map<String, Value>) -> String {
    let inner = |key| schema.get(key).map_or("any".to_owned(), label);
    match kind {
        "integer" => "int".to_owned(),
        "number" => "float".to_owned(),
        "boolean" => "bool".to_owned(),
        "null" => "none".to_owned(),
        "string" => match schema.get("format").and_then(Value::as_str) {
            Some("date-time" | "partial-date-time") => "datetime".to_owned(),
            Some("time" | "partial-time") => "time".to_owned(),
            Some("duration") => "timedelta".to_owned(),
            Some("uri") => "url".to_owned(),
            Some(format @ ("date" | "uuid")) => format.to_owned(),
            _ => "str".to_owned(),
        },
        "array" => {
            if let Some(parts) = schema.get("prefixItems").and_then(Value::as_array) {
                let parts: Vec<_> = parts.iter().map(label).collect();
                return format!("tuple[{}]", parts.join(", "));
            }
            let set = schema.get("uniqueItems").is_some_and(|u| u == true);
            format!("{}[{}]", if set { "set" } else { "list" }, inner("items"))
        }
        "object" if schema.contains_key("properties") => "object".to_owned(),
        "object" => format!("dict[str,{}]", inner("additionalProperties")),
        other => other.to_owned(),
    }
}

/// Joins values as `'a', 'b' or 'c'`.
pub(crate) fn either(values: &[Value]) -> String {
    let spelled = spelled(values);
    match spelled.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

pub(super) fn spelled(values: &[Value]) -> Vec<String> {
    values.iter().map(python_repr).collect()
}

/// Returns a value as Python writes it.
pub(in crate::model) fn python_repr(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Null => "None".to_owned(),
        Value::Number(number) => match number.to_string().split_once('e') {
            None => number.to_string(),
            // Python writes the sign of an exponent, and two digits.
            Some((digits, exponent)) => match exponent.strip_prefix('-') {
                Some(exponent) => format!("{digits}e-{exponent:0>2}"),
                None => format!("{digits}e+{:0>2}", exponent.trim_start_matches('+')),
            },
        },
        Value::Array(items) => format!("[{}]", spelled(items).join(", ")),
        Value::Object(map) => {
            let mut entries = Vec::with_capacity(map.len());
            for (key, value) in map {
                entries.push(format!("{}: {}", quoted(key), python_repr(value)));
            }
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    let quote = match text.contains('\'') && !text.contains('"') {
        true => '"',
        false => '\'',
    };
    let mut quoted = String::from(quote);
    for character in text.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            '\0'..' ' | '\x7f'..'\u{a1}' => {
                quoted.push_str(&format!("\\x{:02x}", u32::from(character)));
            }
            other if other == quote => quoted.extend(['\\', other]),
            other => quoted.push(other),
        }
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_are_those_that_pydantic_uses() {
        let cases = [
            (
                json!({"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255}),
                "int",
            ),
            (json!({"type": "number", "minimum": 1}), "constrained-float"),
            (json!({"type": "string", "maxLength": 3}), "constrained-str"),
            (json!({"$ref": "#/$defs/Cat"}), "Cat"),
            (
                json!({"type": "array", "items": {"$ref": "#/$defs/Cat"}}),
                "list[Cat]",
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
                "dict[str,int]",
            ),
            (
                json!({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}),
                "tuple[int, str]",
            ),
            (json!({"const": "a"}), "literal['a']"),
        ];
        for (schema, expected) in cases {
            assert_eq!(label(&schema), expected);
        }
    }

    #[test]
    fn values_are_written_as_in_python() {
        assert_eq!(
            either(&[json!("a"), json!("b"), json!("it's")]),
            "'a', 'b' or \"it's\""
        );
        assert_eq!(either(&[json!(1), json!(true)]), "1 or True");
        assert_eq!(
            python_repr(
                &json!([1, null, 1.5, {"a": [true, "it's"], "b\"": "é\n\u{1}'"}, 1e22, 1e-7, "\\"])
            ),
            r#"[1, None, 1.5, {'a': [True, "it's"], 'b"': "é\n\x01'"}, 1e+22, 1e-07, '\\']"#
        );
        assert_eq!(either(&[json!("a")]), "'a'");
    }
}
