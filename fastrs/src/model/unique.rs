//! Equality for `unique`, as JSON Schema defines it for `uniqueItems`.

use std::fmt::Write;

use serde_json::Value;

use super::number::Number;

/// Returns a string that is the same for equal values: `1` and `1.0`, and objects regardless of the order of their
/// keys.
pub(super) fn key(mut value: Value) -> String {
    value.sort_all_objects();
    let mut text = String::new();
    write(&value, &mut text);
    text
}

fn write(value: &Value, to: &mut String) {
    match value {
        Value::Number(_) => match Number::from_value(value) {
            // Beyond 2^53, a float and an integer count as different; requests do not mix them in practice.
            Some(Number::Float(float)) if float.fract() == 0.0 && float.abs() < 9e15 => {
                _ = write!(to, "{}", float as i64);
            }
            _ => _ = write!(to, "{value}"),
        },
        Value::Array(items) => {
            to.push('[');
            for item in items {
                write(item, to);
                to.push(',');
            }
            to.push(']');
        }
        Value::Object(map) => {
            to.push('{');
            for (name, item) in map {
                _ = write!(to, "{name:?}:");
                write(item, to);
                to.push(',');
            }
            to.push('}');
        }
        other => _ = write!(to, "{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_values_have_one_key() {
        let same = [
            (json!(1), json!(1.0)),
            (json!(0), json!(-0.0)),
            (json!({"a": 1, "b": [2]}), json!({"b": [2.0], "a": 1})),
        ];
        for (a, b) in same {
            assert_eq!(key(a), key(b));
        }
        let different = [
            (json!(1), json!("1")),
            (json!([1, 2]), json!([12])),
            (json!(null), json!("null")),
            (json!({"a": "b,"}), json!({"a": "b", "": ""})),
            (json!(0.5), json!(0)),
        ];
        for (a, b) in different {
            assert_ne!(key(a), key(b));
        }
    }
}
