//! Untagged enums choose as Pydantic's unions do. The tests compare them with Pydantic's results for generated values
//! (`golden/unions.py`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use chrono::NaiveDateTime;
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use rust_decimal::Decimal;
use uuid::Uuid;

macro_rules! models {
    ($($(#[$attr:meta])* $kind:ident $name:ident { $($body:tt)* })*) => {$(
        #[model]
        #[derive(Debug)]
        $(#[$attr])*
        $kind $name { $($body)* }
    )*};
}

models! {
    struct Cat { #[field(ge = 5)] m: i64 }
    struct Dog { m: i64, w: i64 }
    struct A { x: i64 }
    struct B { x: i64, #[field(default)] y: i64 }
    struct C { x: String, y: Option<String>, #[field(default)] z: f64 }
    #[serde(deny_unknown_fields)] struct Closed { x: i64 }
    struct Left { inner: A, #[field(default)] n: i64 }
    struct Right { inner: B, m: Option<i64> }
    struct Deep { u: Models, #[field(default)] k: i64 }
    struct Many { u: Vec<Pair> }
    #[serde(untagged)] enum Pair { A(A), B(B) }

    #[serde(untagged)] enum Pets { Cat(Cat), Dog(Dog), Text(String), Int(i64), List(Vec<i64>) }
    #[serde(untagged)] enum Models { A(A), B(B), C(C) }
    #[serde(untagged)] enum Reversed { C(C), B(B), A(A) }
    #[serde(untagged)] enum Scalars { Int(i64), Float(f64), Bool(bool), Text(String) }
    #[serde(untagged)] enum Floats { Float(f64), Int(i64) }
    #[serde(untagged)] enum Lists { List(Vec<i64>), Texts(Vec<String>), Map(BTreeMap<String, i64>) }
    #[serde(untagged)] enum Sets { Set(BTreeSet<i64>), List(Vec<i64>) }
    #[serde(untagged)] enum Closing { Closed(Closed), A(A), B(B) }
    #[serde(untagged)] enum Nested { Left(Left), Right(Right) }
    #[serde(untagged)] enum Deeper { A(A), Deep(Deep) }
    #[serde(untagged)] enum Manys { Many(Many), Deep(Deep), A(A) }
    #[serde(untagged)] enum Times { Time(NaiveDateTime), Text(String), Int(i64) }
    #[serde(untagged)] enum Ids { Id(Uuid), Decimal(Decimal), Text(String) }
    #[serde(untagged)] enum Nones { A(A), None, Bool(bool) }
    #[serde(untagged)] enum Anys { A(A), Any(Value) }
}

macro_rules! routes_of {
    ($($name:ident $type:ident),* $(,)?) => {
        $(
            #[post("/")]
            async fn $name(#[body(embed)] it: $type) -> Value {
                shown(&it)
            }
        )*

        fn app() -> App {
            let app = App::new("Unions", "1");
            $(let app = app.include(Router::new(concat!("/", stringify!($name))).routes(routes![$name]));)*
            app
        }
    };
}

routes_of! {
    pets Pets, models Models, reversed Reversed, scalars Scalars, floats Floats, lists Lists, sets Sets,
    closed Closing, nested Nested, deep Deeper, many Manys, times Times, ids Ids, none Nones, any Anys,
}

/// Returns the chosen value, by the name of its type in Python.
fn shown<T: Debug + serde::Serialize>(value: &T) -> Value {
    let chosen = format!("{value:?}");
    let variant = chosen.split(['(', ' ']).next().unwrap_or_default();
    let variant = match variant {
        "Text" => "str",
        "Int" => "int",
        "Float" => "float",
        "Bool" => "bool",
        "List" | "Texts" => "list",
        "Set" => "set",
        "Map" => "dict",
        "Time" => "datetime",
        "Id" => "UUID",
        "None" => "NoneType",
        other => other,
    };
    json!({ "variant": variant, "value": value })
}

#[tokio::test]
async fn untagged_enums_choose_as_pydantic_does() {
    let client = TestClient::start(app()).await;
    let cases: Vec<Value> = serde_json::from_str(include_str!("../golden/unions.json")).unwrap();
    let (mut wrong, count) = (Vec::new(), cases.len());
    for case in cases {
        let union = case["union"].as_str().unwrap();
        let sent = json!({ "it": case["sent"] });
        let answer = client.post(&format!("/{union}/")).json(&sent).await;
        let found: Value = answer.json();
        // A value without a type stays as it is, so its variant is not compared. The output format of dates and
        // decimals is tested elsewhere.
        let (any, written) = (union == "any", !["times", "ids"].contains(&union));
        let agrees = match case.get("errors") {
            None => {
                (any || found["variant"] == case["variant"])
                    && (!written || found["value"] == case["value"])
            }
            Some(errors) => errors_of(&found) == *errors,
        };
        if !agrees {
            wrong.push(format!("{case}\n    {found}"));
        }
    }
    let few = wrong.iter().take(40).cloned().collect::<Vec<_>>();
    assert!(
        wrong.is_empty(),
        "{} of {count} differ\n{}",
        wrong.len(),
        few.join("\n")
    );
    client.stop().await;
}

/// Returns the types and locations of errors, from the value on.
fn errors_of(answer: &Value) -> Value {
    let errors = answer["detail"].as_array().cloned().unwrap_or_default();
    let shown = errors.into_iter().map(|error| {
        let loc = error["loc"].as_array().cloned().unwrap_or_default();
        json!([error["type"], loc[2..]])
    });
    shown.collect()
}

#[model]
#[serde(tag = "kind")]
enum Shape {
    Circle { r: f64 },
    Square { s: u64 },
}

#[model]
struct Named {
    name: String,
    lives: i64,
}

#[model]
#[serde(untagged)]
enum ShapeOrNamed {
    Shape(Shape),
    Named(Named),
}

#[post("/")]
async fn shape_or_named(it: ShapeOrNamed) -> ShapeOrNamed {
    it
}

/// Pydantic counts the tag as a field that was set, so both members have two, and the first one is read.
#[tokio::test]
async fn a_tag_counts_as_a_field() {
    let client = TestClient::start(App::new("Unions", "1").routes(routes![shape_or_named])).await;
    let shape = json!({ "kind": "Circle", "r": 1.5 });
    let both = json!({ "kind": "Circle", "r": 1.5, "name": "a", "lives": 3 });
    for sent in [&shape, &both] {
        assert_eq!(client.post("/").json(sent).await.json::<Value>(), shape);
    }
    let named = json!({ "kind": "Oval", "r": 1.5, "name": "a", "lives": 3 });
    let expected = json!({ "name": "a", "lives": 3 });
    assert_eq!(
        client.post("/").json(&named).await.json::<Value>(),
        expected
    );
}
