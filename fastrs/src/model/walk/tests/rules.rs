//! Tests of constraints, strictness, text, and flattened models.

use serde_json::json;

use super::*;

#[cfg(feature = "regex")]
#[test]
fn constraints_and_schema_agree() {
    let number = Constraints::new()
        .ge(Number::Float(-2.5))
        .lt(Number::Int(6))
        .multiple_of(Number::Float(0.5));
    let text = Constraints::new()
        .min_length(1)
        .max_length(2)
        .pattern("^[a-é]");
    let items = Constraints::new().min_items(1).max_items(2).unique();
    let agrees = |schema: &Compiled, c: &Constraints, value: Value, satisfied: bool| {
        let mut errors = Errors::new();
        schema.diagnose(&value, c, Mode::Json, &[], &mut errors);
        assert_eq!(errors.is_empty(), satisfied, "{value} {c:?}");
    };
    let (int, float) = (Compiled::of::<i64>(), Compiled::of::<f64>());
    for value in -5..10 {
        agrees(&int, &number, json!(value), value.satisfies(&number));
        let float_value = f64::from(value) / 4.0;
        agrees(
            &float,
            &number,
            json!(float_value),
            float_value.satisfies(&number),
        );
    }
    let string = Compiled::of::<String>();
    for value in ["", "a", "é", "éé", "ééé", "zz", "b1"] {
        agrees(&string, &text, json!(value), value.satisfies(&text));
    }
    let list = Compiled::of::<Vec<u8>>();
    for value in [vec![], vec![1], vec![1, 2], vec![1, 1], vec![1, 2, 3]] {
        agrees(&list, &items, json!(value), value.satisfies(&items));
    }
}

#[test]
fn an_argument_s_constraints_come_before_the_type_s() {
    let c = Constraints::new().le(Number::Int(100));
    for schema in [Compiled::of::<u8>(), Compiled::of::<Option<u8>>()] {
        let mut errors = Errors::new();
        schema.diagnose(
            &json!(300),
            &c,
            Mode::Json,
            &["query".into(), "q".into()],
            &mut errors,
        );
        let found = serde_json::to_value(errors.into_vec()).unwrap();
        let expected = json!([{
            "type": "less_than_equal", "loc": ["query", "q"],
            "msg": "Input should be less than or equal to 100", "input": 300, "ctx": {"le": 100},
        }]);
        assert_eq!(found, expected);
    }
}

#[test]
fn a_rust_integer_s_range() {
    let cases = [
        (
            Compiled::of::<u64>(),
            json!("18446744073709551616"),
            "less_than_equal",
        ),
        (Compiled::of::<u64>(), json!(-1), "greater_than_equal"),
        (
            Compiled::of::<i8>(),
            json!("-9999999999999999999999999999999999999999999"),
            "greater_than_equal",
        ),
        (
            Compiled::of::<u32>(),
            json!(4294967296_u64),
            "less_than_equal",
        ),
        (Compiled::of::<i64>(), json!(1e300), "less_than_equal"),
        (
            Compiled::of::<std::num::NonZeroU8>(),
            json!(0),
            "greater_than_equal",
        ),
    ];
    for (schema, value, kind) in cases {
        assert_eq!(outline(&diagnose(&schema, &value).1), [kind], "{value}");
    }
    assert_eq!(
        diagnose(&Compiled::of::<u64>(), &json!("18446744073709551615")).0,
        Some(json!(u64::MAX))
    );
}

#[test]
fn strict_models_convert_nothing() {
    let schema = Compiled::from_schema(&json!({
        "type": "object", "x-fastrs-strict": true, "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "boolean"}},
                       "c": {"type": "string", "format": "date-time"}, "d": {"$ref": "#/$defs/Lax"}},
        "$defs": {"Lax": {"type": "object", "properties": {"x": {"type": "integer"}}}},
    }));
    let value = json!({"a": "1", "b": [1], "c": 1700000000, "d": {"x": "1"}});
    let expected = ["int_type.a", "bool_type.b.0", "datetime_type.c"];
    assert_eq!(outline(&diagnose(&schema, &value).1), expected);
    let good = json!({"a": 1, "c": "2024-01-02T03:04:05Z", "d": {"x": "1"}});
    let (new, errors) = diagnose(&schema, &good);
    assert_eq!(
        (new.map(|new| new["d"]["x"].clone()), errors),
        (Some(json!(1)), vec![])
    );
    for float in [5.0, 5.5] {
        let errors = diagnose(&schema, &json!({"a": float})).1;
        assert_eq!(outline(&errors), ["int_type.a"]);
    }
    let text = json!({"a": "1", "b": ["yes"]});
    assert_eq!(
        diagnose_as(Mode::Text, &schema, &text).0,
        Some(json!({"a": 1, "b": [true]}))
    );
}

#[test]
fn values_that_were_sent_as_text() {
    let schema = Compiled::of::<(Option<u8>, Option<String>, Vec<u8>, bool)>();
    let (new, errors) = diagnose_as(Mode::Text, &schema, &json!(["", "", "5", "on"]));
    assert_eq!((new, errors), (Some(json!([null, "", [5], true])), vec![]));
    let union = Compiled::from_schema(&json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}));
    assert_eq!(diagnose_as(Mode::Text, &union, &json!("5")), (None, vec![]));
    assert_eq!(
        outline(&diagnose_as(Mode::Text, &Compiled::of::<u8>(), &json!("")).1),
        ["int_parsing"]
    );
}

#[test]
fn flattened_models_know_each_other_s_fields() {
    let schema = Compiled::from_schema(&json!({
        "type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
        "oneOf": [
            {"type": "object", "properties": {"t": {"const": "x"}, "b": {"type": "integer"}}, "required": ["t", "b"]},
            {"type": "object", "properties": {"t": {"const": "y"}}, "required": ["t"]},
        ],
        "unevaluatedProperties": false,
    }));
    let value = json!({"t": "x", "b": "no", "c": 1});
    let expected = ["missing.a", "int_parsing.x.b", "extra_forbidden.c"];
    assert_eq!(outline(&diagnose(&schema, &value).1), expected);
    assert!(schema.is_closed());
    let fields = vec![("a", true), ("t", true), ("b", false)];
    let Shape::Object(found) = schema.shape() else {
        panic!("an object")
    };
    assert_eq!(
        found
            .iter()
            .map(|f| (f.name.as_str(), f.required))
            .collect::<Vec<_>>(),
        fields
    );
}
