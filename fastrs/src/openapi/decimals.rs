//! Decimals: a text's digits are limited by its pattern, a number's by what it is a multiple of.

use schemars::Schema;
use serde_json::Value;

use super::put::Put;
use crate::schema::hints;

/// What the pattern of schemars' decimals begins with.
const PATTERN: &str = r"^-?\d+(\.\d+)?";

/// The keywords that are about numbers.
pub(super) const NUMERIC: [&str; 5] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// Whether a schema is that of a decimal.
pub(super) fn is_decimal(schema: &Schema) -> bool {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    pattern.is_some_and(|pattern| pattern.starts_with(PATTERN))
}

/// Whether a number will do, and not a text alone.
pub(super) fn takes_numbers(schema: &Schema) -> bool {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|name| name == "number"),
        Some(name) => name == "number",
        None => true,
    }
}

/// Writes the limits of a decimal's digits. Bounds are about numbers, and say nothing of a text.
pub(super) fn limit(schema: &mut Schema) {
    if !is_decimal(schema) {
        return;
    }
    let digits = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (most, places) = (digits(hints::MAX_DIGITS), digits(hints::DECIMAL_PLACES));
    let numbers = takes_numbers(schema);
    if most.is_some() || places.is_some() {
        schema.put("pattern", pattern(most, places));
    }
    if !numbers && let Some(object) = schema.as_object_mut() {
        object.retain(|key, _| !NUMERIC.contains(&key.as_str()));
    }
    if let (true, Some(places @ 1..=9), None) = (numbers, places, schema.get("multipleOf")) {
        schema.put("multipleOf", 10_f64.powi(-(places as i32)));
    }
}

/// The pattern of a decimal's text. As in Pydantic, zeros at either end do not count, and of `max_digits` as many stand before the
/// point as are not kept for the places behind it.
fn pattern(most: Option<u64>, places: Option<u64>) -> String {
    let whole = match most.map(|most| most.saturating_sub(places.unwrap_or(0))) {
        Some(0) => "0+".to_owned(),
        Some(whole) => format!(r"0*\d{{1,{whole}}}"),
        None => r"\d+".to_owned(),
    };
    let places_at_most = places.or(most).unwrap_or(0);
    // Without `decimal_places` the digits on both sides of the point are counted together.
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
        let plain = of(serde_json::json!({"minimum": 1}));
        assert_eq!(plain.get("pattern").unwrap(), PATTERN);
        assert_eq!(plain.get("minimum").unwrap(), 1);
    }

    #[test]
    fn a_text_has_no_bounds() {
        let mut schema = json_schema!({"type": "string", "pattern": PATTERN, "minimum": 1});
        limit(&mut schema);
        assert_eq!(schema, json_schema!({"type": "string", "pattern": PATTERN}));
    }
}
