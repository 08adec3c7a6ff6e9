//! Values near and far from what a JSON Schema accepts, generated from the schema itself.

use fastrs::{Value, json};
use proptest::prelude::*;
use proptest::sample::select;

/// The values to try beyond the schema's own types.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coercion {
    /// Only values that are right or wrong to JSON Schema as well.
    Exact,
    /// Text for numbers and numbers for booleans, which lax coercion is for.
    Lax,
}

/// Texts of a format, and texts that nearly match it.
const FORMATS: [(&str, &[&str], &[&str]); 8] = [
    (
        "date",
        &["2024-02-29", "2026-11-22"],
        &["2023-02-29", "2026-13-01", "x", ""],
    ),
    (
        "date-time",
        &["2024-02-29T12:00:00Z", "2026-11-22T01:02:03.5+01:00"],
        &["2024-02-30T12:00:00Z", "2024-02-29T25:00:00Z", "x"],
    ),
    (
        "date-time-local",
        &["2024-02-29T12:00:00", "2026-11-22T01:02:03.25"],
        &["2024-02-30T12:00:00", "2024-02-29T25:00:00", "x"],
    ),
    (
        "time-local",
        &["12:30:00", "01:02:03.25"],
        &["25:00:00", "x"],
    ),
    (
        "uuid",
        &["3fa85f64-5717-4562-b3fc-2c963f66afa6"],
        &["3fa85f64", "x"],
    ),
    ("email", &["ada@example.com"], &["ada@", "x"]),
    ("uri", &["https://example.com/a?b=c"], &["x y", ""]),
    ("duration", &["PT1H30M", "P1D"], &["1 hour", "x"]),
];

/// The number of references that are followed.
const DEPTH: usize = 3;

/// Returns values that a schema accepts, or nearly accepts.
pub(crate) fn near(schema: &Value, root: &Value, coercion: Coercion) -> BoxedStrategy<Value> {
    let anything = anything();
    Near {
        root,
        coercion,
        anything,
    }
    .of(schema, DEPTH)
}

struct Near<'a> {
    root: &'a Value,
    coercion: Coercion,
    anything: BoxedStrategy<Value>,
}

impl Near<'_> {
    /// Returns mostly what the schema describes, and occasionally an arbitrary value.
    fn of(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        prop_oneof![48 => self.right(schema, depth), 1 => self.anything.clone()].boxed()
    }

    fn right(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.root.pointer(reference.trim_start_matches('#'));
            let target = target.unwrap_or_else(|| panic!("{reference} cannot be resolved"));
            return match depth {
                0 => self.anything.clone(),
                _ => self.of(target, depth - 1),
            };
        }
        if let Some(value) = schema.get("const") {
            return Just(value.clone()).boxed();
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.scalar(select(values.clone()).boxed());
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(members) = schema[key].as_array() {
                let members: Vec<_> = members
                    .iter()
                    .map(|member| self.of(member, depth))
                    .collect();
                return proptest::strategy::Union::new(members).boxed();
            }
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            _ => return self.anything.clone(),
        };
        let types = types
            .into_iter()
            .map(|name| self.of_type(name, schema, depth));
        proptest::strategy::Union::new(types).boxed()
    }

    fn of_type(&self, name: &str, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        match name {
            "null" => Just(Value::Null).boxed(),
            "boolean" => self.scalar(any::<bool>().prop_map(Value::from).boxed()),
            "integer" => self.scalar(integer(schema, self.coercion)),
            "number" => {
                self.scalar(prop_oneof![float(schema), integer(schema, self.coercion)].boxed())
            }
            "string" => text(schema),
            "array" => self.array(schema, depth),
            "object" => self.object(schema, depth),
            other => panic!("no values of type {other}"),
        }
    }

    /// Returns a scalar, or its text where that is tried.
    fn scalar(&self, values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
        if self.coercion == Coercion::Exact {
            return values;
        }
        let as_text = |value: Value| match value {
            Value::String(text) => Value::String(text),
            other => Value::String(format!(" {other} ")),
        };
        let as_number = |value: Value| match value {
            Value::Bool(true) => json!(1),
            Value::Bool(false) => json!("off"),
            Value::Number(number) => json!(number.as_f64()),
            other => other,
        };
        prop_oneof![6 => values.clone(), 1 => values.clone().prop_map(as_text), 1 => values.prop_map(as_number)].boxed()
    }

    fn array(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        if let Some(parts) = schema["prefixItems"].as_array() {
            let parts: Vec<_> = parts.iter().map(|part| self.of(part, depth)).collect();
            return (parts, 0..12_u8)
                .prop_map(|(mut items, odd)| {
                    match odd {
                        0 => drop(items.pop()),
                        1 => items.push(Value::Null),
                        _ => {}
                    }
                    Value::Array(items)
                })
                .boxed();
        }
        let (least, most) = counts(schema, ["minItems", "maxItems"], 3);
        let items = match depth {
            0 => self.anything.clone(),
            _ => self.of(schema.get("items").unwrap_or(&json!({})), depth - 1),
        };
        let near = proptest::collection::vec(items.clone(), least.saturating_sub(1)..=most + 1);
        let right = proptest::collection::vec(items, least..=most);
        (prop_oneof![8 => right, 1 => near], 0..16_u8)
            .prop_map(|(mut items, twice)| {
                if let (0, Some(first)) = (twice, items.first().cloned()) {
                    items.push(first);
                }
                Value::Array(items)
            })
            .boxed()
    }

    fn object(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let mut fields = Vec::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let always = required.iter().any(|other| other == name);
            let name = name.clone();
            let presence = prop::bool::weighted(if always { 0.97 } else { 0.5 });
            let field = (presence, self.of(field, depth))
                .prop_map(move |(there, value)| there.then(|| (name.clone(), value)));
            fields.push(field.boxed());
        }
        let values = match (
            schema.get("additionalProperties"),
            &schema["patternProperties"],
        ) {
            (_, Value::Object(patterns)) => patterns.values().next().cloned(),
            (Some(Value::Object(values)), _) => Some(Value::Object(values.clone())),
            _ => None,
        };
        let (least, most) = counts(schema, ["minProperties", "maxProperties"], 2);
        let others = match &values {
            Some(values) if depth > 0 => {
                let keys = match schema["propertyNames"]["format"].as_str() {
                    Some(format) => text_of(format).expect("a known format"),
                    None => select(vec!["1", "27", "a", "b", "-1", "é", ""]).boxed(),
                };
                proptest::collection::vec((keys, self.of(values, depth - 1)), least..=most + 1)
                    .boxed()
            }
            _ => proptest::collection::vec((select(vec!["other"]), self.anything.clone()), 0..=1)
                .prop_flat_map(|others| prop_oneof![9 => Just(Vec::new()), 1 => Just(others)])
                .boxed(),
        };
        (fields, others)
            .prop_map(|(fields, others)| {
                let others = others
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(others.chain(fields.into_iter().flatten()).collect())
            })
            .boxed()
    }
}

/// Returns the minimum and the maximum of a number, exclusive or not, and defaults where there are none.
fn bounds(schema: &Value) -> (f64, f64) {
    let bound = |keys: [&str; 2]| keys.iter().find_map(|key| schema[*key].as_f64());
    let least = bound(["exclusiveMinimum", "minimum"]);
    let most = bound(["exclusiveMaximum", "maximum"]);
    let least = least.unwrap_or_else(|| most.unwrap_or(0.0) - 20.0);
    (least, most.unwrap_or(least + 40.0))
}

fn integer(schema: &Value, coercion: Coercion) -> BoxedStrategy<Value> {
    // JSON Schema treats `1.0` as an integer, but only lax models do.
    let whole = match coercion {
        Coercion::Exact => 0.5,
        Coercion::Lax => 0.0,
    };
    let step = schema["multipleOf"].as_f64().unwrap_or(1.0).max(1.0) as i64;
    let (least, most) = bounds(schema);
    let (least, most) = (least as i64, most as i64);
    prop_oneof![
        30 => (least..=most).prop_map(move |n| json!(n / step * step)),
        2 => select(vec![least - 1, least, least + 1, most - 1, most, most + 1]).prop_map(Value::from),
        1 => (-400_i64..400).prop_map(Value::from),
        1 => (least..=most).prop_map(move |n| json!(n as f64 + whole)),
        1 => (-20_i64..20).prop_map(|n| json!(n as f64 + 0.5)),
    ]
    .boxed()
}

fn float(schema: &Value) -> BoxedStrategy<Value> {
    let step = schema["multipleOf"].as_f64().unwrap_or(0.0625);
    let (least, most) = bounds(schema);
    // An integer times 0.01 does not always equal the integer divided by 100.
    let per_one = 1.0 / step;
    prop_oneof![
        30 => (least..=most).prop_map(move |x| (x / step).round() / per_one),
        2 => select(vec![least - step, least, least + step / 2.0, most - step, most, most + step]),
        1 => -1e6..1e6,
    ]
    .prop_map(Value::from)
    .boxed()
}

fn text(schema: &Value) -> BoxedStrategy<Value> {
    if let Some(texts) = schema["format"].as_str().and_then(text_of) {
        return texts.prop_map(Value::from).boxed();
    }
    let (least, most) = counts(schema, ["minLength", "maxLength"], 4);
    let letters = select(vec!['a', 'b', 'Z', '7', '-', 'é', '😀']);
    let long = |lengths| {
        let letters = proptest::collection::vec(letters.clone(), lengths);
        letters.prop_map(|letters| letters.into_iter().collect::<String>())
    };
    let right = match schema["pattern"].as_str() {
        Some(pattern) => {
            let inner = pattern.trim_start_matches('^').trim_end_matches('$');
            let matching = proptest::string::string_regex(inner)
                .expect("a pattern of the family")
                .boxed();
            let more = matching.clone().prop_map(|text| text + "-");
            prop_oneof![8 => matching, 1 => more].boxed()
        }
        None => long(least..=most).boxed(),
    };
    prop_oneof![10 => right, 1 => long(least.saturating_sub(1)..=most + 1)]
        .prop_map(Value::from)
        .boxed()
}

/// Returns texts of a format and some that nearly match it, if the format is known.
fn text_of(format: &str) -> Option<BoxedStrategy<&'static str>> {
    let (_, right, wrong) = FORMATS.iter().find(|(name, ..)| *name == format)?;
    Some(prop_oneof![9 => select(*right), 1 => select(*wrong)].boxed())
}

fn counts(schema: &Value, [least, most]: [&str; 2], more: usize) -> (usize, usize) {
    let count = |key: &str| schema[key].as_u64().map(|count| count as usize);
    let least = count(least).unwrap_or(0);
    (least, count(most).unwrap_or(least + more))
}

/// Returns arbitrary small JSON.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5_i64..300).prop_map(Value::from),
        (-4_i64..4).prop_map(|n| json!(n as f64 + 0.5)),
        "[a-c1-3 ]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]|kind|name", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}
