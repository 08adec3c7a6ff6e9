//! Compares the walk with serde, for a model that uses a bit of everything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
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
pub(super) enum Kind {
    #[default]
    New,
    /// A variant with a description has a different schema.
    Old,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Line {
    Text { text: String },
    Goods(Goods),
    Nothing,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Goods {
    count: u32,
    #[serde(default)]
    state: State,
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(super) enum State {
    #[default]
    Open,
    Sent(String),
    Lost {
        days: i16,
    },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Address {
    city: String,
    #[serde(default)]
    contact: Option<Contact>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Contact {
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
        "int_type.contact.int",
        "value_error.contact.Named.email",
        "string_type.contact.str",
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

/// Changes a valid value at random, and checks that the walk accepts exactly the values that decode.
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
fn outlines() {
    assert_eq!(*Compiled::of::<u8>().shape(), Shape::Scalar);
    assert_eq!(*Compiled::of::<Kind>().shape(), Shape::Scalar);
    assert_eq!(*Compiled::of::<Option<Vec<u8>>>().shape(), Shape::List);
    assert_eq!(
        *Compiled::of::<std::collections::HashMap<String, u8>>().shape(),
        Shape::Map
    );
    assert!(
        Compiled::of::<Option<Goods>>().is_nullable() && !Compiled::of::<Goods>().is_nullable()
    );
    let compiled = Compiled::of::<Option<Order>>();
    let Shape::Object(fields) = compiled.shape() else {
        panic!("an object")
    };
    let lists: Vec<_> = fields
        .iter()
        .filter(|f| f.list)
        .map(|f| f.name.as_str())
        .collect();
    assert_eq!((lists, fields.len()), (vec!["lines", "pair"], 10));
}
