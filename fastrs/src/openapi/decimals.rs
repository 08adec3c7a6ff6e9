//! Decimals: `pattern` limits the digits of a string, `multipleOf` those of a number.

use schemars::Schema;
use serde_json::Value;

use super::set_key::SetKey;
use crate::schema::hints;

/// The start of the pattern that schemars gives to decimals.
const PATTERN: &str = r"^-?\d+(\.\d+)?";

/// The keywords that apply to numbers.
pub(super) const NUMERIC: [&str; 5] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// Returns whether a schema describes a decimal.
pub(super) fn is_decimal(schema: &Schema) -> bool {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    pattern.is_some_and(|pattern| pattern.starts_with(PATTERN))
}

/// Returns whether a schema allows numbers, and not only strings.
pub(super) fn takes_numbers(schema: &Schema) -> bool {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|name| name == "number"),
        Some(name) => name == "number",
        None => true,
    }
}

/// Writes the limits on a decimal's digits, and removes bounds that have no meaning for a string.
pub(super) fn limit(schema: &mut Schema) {
    if !is_decimal(schema) {
        return;
    }
    let digits = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (most, places) = (digits(hints::MAX_DIGITS), digits(hints::DECIMAL_PLACES));
    let numbers = takes_numbers(schema);
    if most.is_some() || places.is_some() {
        schema.set("pattern", pattern(most, places));
    }
    if !numbers && let Some(object) = schema.as_object_mut() {
        object.retain(|key, _| !NUMERIC.contains(&key.as_str()));
    }
    if let (true, Some(places @ 1..=9), None) = (numbers, places, schema.get("multipleOf")) {
        schema.set("multipleOf", 10_f64.powi(-(places as i32)));
    }
}

/// Returns the pattern of a decimal in a string. As in Pydantic, leading and trailing zeros do not count, and
/// `decimal_places` of the `max_digits` are reserved for the digits after the decimal point.
fn pattern(most: Option<u64>, places: Option<u64>) -> String {
    let whole = match most.map(|most| most.saturating_sub(places.unwrap_or(0))) {
        Some(0) => "0+".to_owned(),
        Some(whole) => format!(r"0*\d{{1,{whole}}}"),
        None => r"\d+".to_owned(),
    };
    let places_at_most = places.or(most).unwrap_or(0);
    // Without `decimal_places`, the digits on both sides of the decimal point are counted together.
    let together = match (most, places) {
        (Some(most), None) => format!(r"(?=-?0*[\d.]{{0,{}}}0*$)", most + 1),
        _ => String::new(),
    };
    format!(r"^{together}-?{whole}(\.\d{{0,{places_at_most}}}0*)?$")
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;

    use super::*;

    #[test]
    fn the_digits_of_a_text_are_limited_by_its_pattern() {
        let of = |hints: Value| {
            let mut schema = json_schema!({"type": ["string", "number"], "pattern": PATTERN});
            for (key, value) in hints.as_object().unwrap() {
                schema.insert(key.clone(), value.clone());
            }
            limit(&mut schema);
            schema
        };
        let price = of(serde_json::json!({"x-fastrs-max-digits": 5, "x-fastrs-decimal-places": 2}));
        let expected = r"^-?0*\d{1,3}(\.\d{0,2}0*)?$";
        assert_eq!(price.get("pattern").unwrap(), expected);
        assert_eq!(price.get("multipleOf").unwrap(), 0.01);
        let schema = of(serde_json::json!({"minimum": 1}));
        assert_eq!(schema.get("pattern").unwrap(), PATTERN);
        assert_eq!(schema.get("minimum").unwrap(), 1);
    }

    #[test]
    fn a_text_has_no_bounds() {
        let mut schema = json_schema!({"type": "string", "pattern": PATTERN, "minimum": 1});
        limit(&mut schema);
        assert_eq!(schema, json_schema!({"type": "string", "pattern": PATTERN}));
    }
}
