//! The walk against pydantic, against serde, and against those who mean harm.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::*;

fn diagnose_as(mode: Mode, schema: &Compiled, value: &Value) -> (Option<Value>, Vec<ErrorDetail>) {
    let mut errors = Errors::new();
    let new = schema.diagnose(
        value,
        &Constraints::NONE,
        mode,
        &["body".into()],
        &mut errors,
    );
    (new, errors.into_vec())
}

fn diagnose(schema: &Compiled, value: &Value) -> (Option<Value>, Vec<ErrorDetail>) {
    diagnose_as(Mode::Json, schema, value)
}

/// `type` and `loc` of every error.
fn outline(errors: &[ErrorDetail]) -> Vec<String> {
    let step = |item: &LocItem| format!(".{item}");
    let line = |error: &ErrorDetail| {
        let loc: String = error.loc.iter().skip(1).map(step).collect();
        format!("{}{loc}", error.kind)
    };
    errors.iter().map(line).collect()
}

/// What pydantic 2.14 answered to each value; only its `input` is not compared.
#[test]
fn pydantic_says_the_same() {
    let data: Value = serde_json::from_str(include_str!("pydantic.json")).unwrap();
    for case in data["cases"].as_array().unwrap() {
        let name = case["type"].as_str().unwrap();
        let schema = Compiled::from_schema(&data["schemas"][name]);
        let mut errors = Errors::new();
        let value = &case["value"];
        schema.diagnose(value, &Constraints::NONE, Mode::Json, &[], &mut errors);
        let found: Vec<Value> = errors
            .into_vec()
            .into_iter()
            .map(|mut error| {
                error.input = None;
                serde_json::to_value(error).unwrap()
            })
            .collect();
        assert_eq!(json!(found), case["errors"], "{name}: {value}");
    }
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Order {
    id: u8,
    item_name: String,
    #[serde(default)]
    price: Option<f64>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    lines: Vec<Line>,
    #[serde(default)]
    extra: Option<Box<Order>>,
    #[serde(flatten)]
    address: Address,
    #[serde(default)]
    counts: std::collections::BTreeMap<i32, bool>,
    #[serde(default)]
    pair: Option<(u8, String)>,
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    New,
    /// Described variants make another schema.
    Old,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Text { text: String },
    Goods(Goods),
    Nothing,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Goods {
    count: u32,
    #[serde(default)]
    state: State,
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
enum State {
    #[default]
    Open,
    Sent(String),
    Lost {
        days: i16,
    },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Address {
    city: String,
    #[serde(default)]
    contact: Option<Contact>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Contact {
    Number(u64),
    Named { email: EmailStr },
    Text(String),
}

fn good_order() -> Value {
    json!({
        "id": 1, "itemName": "a", "price": 2.5, "kind": "old", "city": "b", "contact": 7,
        "lines": [{"type": "text", "text": "x"}, {"type": "goods", "count": 3, "state": {"Lost": {"days": 2}}},
                  {"type": "nothing"}, {"type": "goods", "count": 1, "state": "Open"}],
        "extra": {"id": 2, "itemName": "c", "city": "d", "contact": {"email": "a@b.co"}},
        "counts": {"-1": true}, "pair": [1, "x"],
    })
}

#[test]
fn a_model_of_everything() {
    let schema = Compiled::of::<Order>();
    assert_eq!(diagnose(&schema, &good_order()), (None, vec![]));
    let bad = json!({
        "id": 256, "price": "x", "kind": "older", "contact": {"email": "a"},
        "lines": [{"type": "text"}, {"type": "goods", "count": "3", "state": {"Lost": {"days": "x"}}},
                  {"type": "other"}, {"text": "x"}, {"type": "goods", "count": 1, "state": "Shut"}],
        "extra": {"id": -1, "itemName": 5, "city": "d"},
        "counts": {"a": "maybe"}, "pair": ["x"],
    });
    let expected = [
        "less_than_equal.id",
        "missing.itemName",
        "float_parsing.price",
        "enum.kind",
        "missing.lines.0.text.text",
        "int_parsing.lines.1.goods.state.Lost.days",
        "union_tag_invalid.lines.2",
        "union_tag_not_found.lines.3",
        "enum.lines.4.goods.state",
        "greater_than_equal.extra.id",
        "string_type.extra.itemName",
        "missing.city",
        "int_type.contact.Number",
        "value_error.contact.Named.email",
        "string_type.contact.Text",
        "int_parsing.counts.a.[key]",
        "bool_parsing.counts.a",
        "int_parsing.pair.0",
        "missing.pair.1",
    ];
    assert_eq!(outline(&diagnose(&schema, &bad).1), expected);
}

#[test]
fn what_is_converted_decodes() {
    let lax = json!({
        "id": "1", "itemName": "a", "price": true, "city": "b", "contact": {"email": "a@b.co"},
        "lines": [{"type": "goods", "count": 3.0, "state": {"Lost": {"days": " 2 "}}}],
        "extra": {"id": "+2", "itemName": "c", "city": "d"}, "counts": {"1.0": "yes"}, "pair": ["1", "x"],
    });
    let (new, errors) = diagnose(&Compiled::of::<Order>(), &lax);
    assert_eq!(errors, []);
    let order: Order = serde_json::from_value(new.unwrap()).unwrap();
    let written = serde_json::to_value(&order).unwrap();
    assert_eq!(written["lines"][0]["state"]["Lost"]["days"], json!(2));
    assert_eq!(written["counts"], json!({"1": true}));
    assert_eq!(
        (&written["extra"]["id"], &written["price"]),
        (&json!(2), &json!(1.0))
    );
}

/// Random changes of a good value: what the walk finds good decodes, and the reverse.
#[test]
fn the_walk_agrees_with_serde() {
    let schema = Compiled::of::<Order>();
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let odd = [
        json!(null),
        json!(0),
        json!(-1),
        json!(300),
        json!(1.5),
        json!("5"),
        json!("x"),
        json!("old"),
        json!([]),
        json!({}),
        json!([1, "x"]),
        json!({"type": "text"}),
        json!(true),
        json!({"type": "nothing"}),
        json!({"email": "a@b.co"}),
        json!("Open"),
        json!({"Sent": "x"}),
    ];
    for _ in 0..5_000 {
        let mut value = good_order();
        for _ in 0..=random(3) {
            change(&mut value, &mut random, &odd);
        }
        let (new, errors) = diagnose(&schema, &value);
        let decoded = serde_json::from_value::<Order>(new.clone().unwrap_or(value.clone()));
        assert_eq!(
            decoded.is_ok(),
            errors.is_empty(),
            "{value}\n{new:?}\n{errors:?}\n{decoded:?}"
        );
        if new.is_some() {
            assert!(
                serde_json::from_value::<Order>(value.clone()).is_err(),
                "{value}"
            );
        }
    }
}

fn change(value: &mut Value, random: &mut impl FnMut(usize) -> usize, odd: &[Value]) {
    let deeper = random(4) > 0;
    match value {
        Value::Object(map) if deeper && !map.is_empty() => {
            let key = map.keys().nth(random(map.len())).cloned().unwrap();
            if random(5) == 0 {
                map.remove(&key);
            } else {
                change(&mut map[&key], random, odd);
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let index = random(items.len());
            change(&mut items[index], random, odd);
        }
        other => *other = odd[random(odd.len())].clone(),
    }
}

#[test]
fn constraints_and_schema_tell_the_same() {
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
        let float_value = f64::from(value as i32) / 4.0;
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
    let text = json!({"a": "1", "b": ["yes"]});
    assert_eq!(
        diagnose_as(Mode::Text, &schema, &text).0,
        Some(json!({"a": 1, "b": [true]}))
    );
}

#[test]
fn values_that_came_as_text() {
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

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Login {
    user: String,
    password: Secret<String>,
    #[serde(default)]
    old: Vec<Secret<String>>,
}

#[test]
fn secrets_are_never_told() {
    let schema = Compiled::of::<Login>();
    for value in [
        json!({"password": "hunter2", "passwort": "hunter2"}),
        json!({"user": "u", "password": ["hunter2"]}),
        json!({"password": {"a": "hunter2"}, "old": ["hunter2", 7, {"x": "hunter2"}]}),
        json!(["hunter2"]),
        json!("user=u&password=hunter2"),
    ] {
        let (_, errors) = diagnose(&schema, &value);
        assert!(!errors.is_empty());
        let told = serde_json::to_string(&errors).unwrap();
        assert!(!told.contains("hunter2"), "{told}");
    }
    let (_, errors) = diagnose(&schema, &json!({"password": "hunter2"}));
    assert_eq!(errors[0].input, Some(json!({"password": "**********"})));
    let value = json!({"user": "u", "password": "p", "old": ["o"]});
    let told = |loc: &[LocItem]| schema.echo(&value, loc);
    assert_eq!(told(&["user".into()]), Some(json!("u")));
    assert_eq!(told(&["password".into()]), Some(json!("**********")));
    assert_eq!(told(&["old".into(), 0.into()]), Some(json!("**********")));
    assert_eq!(told(&[]).unwrap()["password"], json!("**********"));
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

#[test]
fn outlines() {
    assert_eq!(Compiled::of::<u8>().shape(), Shape::Scalar);
    assert_eq!(Compiled::of::<Kind>().shape(), Shape::Scalar);
    assert_eq!(Compiled::of::<Option<Vec<u8>>>().shape(), Shape::List);
    assert_eq!(
        Compiled::of::<std::collections::HashMap<String, u8>>().shape(),
        Shape::Map
    );
    assert!(
        Compiled::of::<Option<Goods>>().is_nullable() && !Compiled::of::<Goods>().is_nullable()
    );
    let Shape::Object(fields) = Compiled::of::<Option<Order>>().shape() else {
        panic!("an object")
    };
    let lists: Vec<_> = fields
        .iter()
        .filter(|f| f.list)
        .map(|f| f.name.as_str())
        .collect();
    assert_eq!((lists, fields.len()), (vec!["lines", "pair"], 10));
}

/// `serde(untagged)` types that contain themselves: each level tries every member.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is looked at")]
enum Tree {
    Leaf(u8),
    Left {
        l: Box<Tree>,
    },
    Right {
        l: Box<Tree>,
        r: Box<Tree>,
    },
    More {
        l: Box<Tree>,
        #[serde(default)]
        m: u8,
    },
}

#[test]
fn a_bad_body_costs_little() {
    let tree = Compiled::of::<Tree>();
    let mut value = json!("x");
    for _ in 0..100 {
        value = json!({"l": value});
    }
    let start = std::time::Instant::now();
    let (new, errors) = diagnose(&tree, &value);
    assert!(new.is_none() && errors.len() <= 100);
    let items = json!(vec![json!({"type": "text", "text": 1}); 10_000]);
    let (_, errors) = diagnose(&Compiled::of::<Vec<Line>>(), &items);
    assert_eq!(errors.len(), 100);
    assert!(serde_json::to_vec(&errors).unwrap().len() < 32 * 1024);
    // A debug build on a busy machine; without the bounds this would take days.
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn references_in_circles_end() {
    let schema =
        Compiled::from_schema(&json!({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}));
    assert_eq!(diagnose(&schema, &json!({"a": 1})), (None, vec![]));
    assert_eq!(
        (schema.shape(), schema.is_nullable()),
        (Shape::Scalar, false)
    );
    let mut deep = json!(1);
    for _ in 0..100_000 {
        deep = Value::Array(vec![deep]);
    }
    let list = Compiled::from_schema(&json!({"type": "array", "items": {"$ref": "#"}}));
    // On the stack of a worker, in a debug build.
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let mut shallow = json!(1);
            for _ in 0..120 {
                shallow = Value::Array(vec![shallow]);
            }
            diagnose(&list, &shallow).1.len()
        });
    assert_eq!(thread.unwrap().join().unwrap(), 1);
    std::mem::forget(deep);
}

#[test]
fn bad_patterns_are_found_at_start_up() {
    let schema = Compiled::from_schema(
        &json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}),
    );
    assert_eq!(schema.pattern_errors().len(), 1);
    assert!(Compiled::of::<Order>().pattern_errors().is_empty());
}
