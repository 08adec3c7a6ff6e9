//! serde's attributes on all shapes of types: the exact read, the lax read, the walk that lists errors, parameters and
//! `Partial` all read the same values from the same input.

use std::fmt::Debug;

use fastrs::model::{Compiled, Constraints, Errors, Mode, Patch};
use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

macro_rules! shapes {
    ($($name:ident: [$($container:tt)*] [$($first:tt)*] [$($second:tt)*];)*) => {
        $(mod $name {
            use fastrs::prelude::*;

            #[model]
            #[derive(Debug, Clone, PartialEq, Default)]
            $($container)*
            pub(super) struct Plain {
                $($first)*
                first_name: u8,
                $($second)*
                second_name: Option<u8>,
                #[field(default)]
                third: Vec<u8>,
            }

            #[model]
            #[derive(Debug, PartialEq)]
            #[serde(tag = "kind")]
            pub(super) enum Internal {
                Plain(Plain),
                Fields {
                    $($first)*
                    first_name: u8,
                    $($second)*
                    second_name: Option<u8>,
                },
            }

            #[model]
            #[derive(Debug, PartialEq)]
            #[serde(tag = "kind", content = "of")]
            pub(super) enum Adjacent {
                Plain(Plain),
            }

            #[model]
            #[derive(Debug, PartialEq)]
            #[serde(untagged)]
            pub(super) enum Untagged {
                Plain(Plain),
                Number(u8),
            }

            #[model]
            #[derive(Debug, PartialEq)]
            pub(super) struct Flattened {
                own: u8,
                #[serde(flatten)]
                plain: Plain,
            }

            #[post("/")]
            async fn body(it: Plain) -> Plain {
                it
            }

            #[get("/")]
            async fn query(#[query] it: Plain) -> Plain {
                it
            }

            #[patch("/")]
            async fn change(it: Partial<Plain>) -> Plain {
                let mut plain = Plain::default();
                it.apply_to(&mut plain);
                plain
            }

            pub(super) fn router() -> Router {
                Router::new(concat!("/", stringify!($name))).routes(routes![body, query, change])
            }
        })*

        fn app() -> App {
            let app = App::new("Agreement", "1");
            $(let app = app.include($name::router());)*
            app
        }

        #[test]
        fn every_read_of_a_model_agrees() {
            $(agree::<$name::Plain>(|value| value);
            part::<$name::Plain>();)*
        }

        #[test]
        fn every_read_of_a_representation_agrees() {
            $(agree::<$name::Internal>(|value| with(value, json!({ "kind": "Plain" })));
            agree::<$name::Internal>(|value| with(value, json!({ "kind": "Fields" })));
            agree::<$name::Adjacent>(|value| json!({ "of": value, "kind": "Plain" }));
            agree::<$name::Untagged>(|value| value);
            agree::<$name::Flattened>(|value| with(value, json!({ "own": 1 })));)*
        }

        #[tokio::test]
        async fn requests_are_read_as_their_types_are() {
            let client = TestClient::start(app()).await;
            $(request::<$name::Plain>(&client, concat!("/", stringify!($name), "/")).await;)*
            client.stop().await;
        }
    };
}

shapes! {
    plain: [] [] [];
    renamed: [] [#[serde(rename = "first")]] [#[serde(rename = "2nd")]];
    camel: [#[serde(rename_all = "camelCase")]] [] [#[serde(rename = "2nd")]];
    aliased: [] [#[serde(alias = "first")]] [#[serde(alias = "2nd", alias = "second")]];
    all_names: [#[serde(rename_all = "camelCase")]] [#[serde(alias = "first")]] [#[serde(rename = "2nd", alias = "second")]];
    closed: [#[serde(deny_unknown_fields)]] [] [#[serde(alias = "second")]];
    closed_camel: [#[serde(deny_unknown_fields, rename_all = "camelCase")]] [#[serde(alias = "first")]] [];
    defaults: [] [#[field(default)]] [#[field(default = Some(7))]];
    aliased_default: [] [#[serde(default, alias = "first")]] [#[serde(default, alias = "second")]];
    container_default: [#[serde(default)]] [] [#[serde(alias = "second")]];
    skipped: [] [#[serde(skip)]] [#[serde(alias = "second")]];
    one_way: [] [#[serde(rename(deserialize = "first"))]] [#[serde(skip_serializing, alias = "second")]];
}

const FIRST: [&str; 4] = ["first_name", "firstName", "first", "FIRST"];
const SECOND: [&str; 4] = ["second_name", "secondName", "2nd", "second"];

/// Returns objects with one of the names of each field, or none.
fn objects() -> impl Iterator<Item = Value> {
    let values = || {
        [
            json!(1),
            json!(2),
            Value::Null,
            json!("x"),
            json!(300),
            json!([1]),
        ]
    };
    let named = move |names: [&'static str; 4]| {
        let all = names
            .into_iter()
            .flat_map(move |name| values().map(move |value| Some((name, value))));
        all.chain([None])
    };
    let pairs = named(FIRST).flat_map(move |first| {
        let both = named(SECOND).map(move |second| [first.clone(), second]);
        both.collect::<Vec<_>>()
    });
    pairs.enumerate().map(|(i, pair)| {
        let mut object = json!({});
        for (name, value) in pair.into_iter().flatten() {
            object[name] = value;
        }
        match i % 5 {
            0 => object["third"] = json!([1]),
            1 => object["other"] = json!(1),
            _ => {}
        }
        object
    })
}

fn with(mut value: Value, more: Value) -> Value {
    for (name, more) in more.as_object().into_iter().flatten() {
        value[name] = more.clone();
    }
    value
}

/// Returns the same value with numbers as text.
fn as_texts(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Array(items) => items.iter().map(as_texts).collect(),
        Value::Object(map) => {
            let entries = map
                .iter()
                .map(|(name, value)| (name.clone(), as_texts(value)));
            entries.collect()
        }
        other => other.clone(),
    }
}

/// Returns the result of the walk: the kinds of errors, and the converted value.
fn walk(compiled: &Compiled, value: &Value) -> (Vec<String>, Value) {
    let mut errors = Errors::new();
    let new = compiled.diagnose(value, &Constraints::NONE, Mode::Json, &[], &mut errors);
    let kinds = errors.into_vec().into_iter().map(|error| error.kind);
    (
        kinds.map(String::from).collect(),
        new.unwrap_or_else(|| value.clone()),
    )
}

fn agree<T: DeserializeOwned + JsonSchema + Debug + PartialEq>(make: fn(Value) -> Value) {
    let compiled = Compiled::of::<T>();
    let of = std::any::type_name::<T>();
    for value in objects().map(make) {
        let exact = serde_json::from_value::<T>(value.clone()).ok();
        let (errors, same) = walk(&compiled, &value);
        assert_eq!(
            exact.is_some(),
            errors.is_empty(),
            "{of}: {value}: {errors:?}"
        );
        if exact.is_some() {
            assert_eq!(same, value, "{of}: nothing is converted");
            let (errors, converted) = walk(&compiled, &as_texts(&value));
            assert!(errors.is_empty(), "{of}: {value}: {errors:?}");
            let lax = serde_json::from_value::<T>(converted.clone());
            assert_eq!(lax.ok(), exact, "{of}: {value} as {converted}");
        }
    }
}

/// Checks that a `Partial` accepts what the type accepts, and input that only lacks fields.
fn part<T: DeserializeOwned + JsonSchema + Patch + Clone + Debug + PartialEq>() {
    let compiled = Compiled::of::<T>();
    let of = std::any::type_name::<T>();
    for value in objects() {
        let (errors, _) = walk(&compiled, &value);
        let partial = serde_json::from_value::<Partial<T>>(value.clone());
        let is_right = errors.iter().all(|kind| kind == "missing");
        assert_eq!(partial.is_ok(), is_right, "{of}: {value}: {errors:?}");
        if let (Ok(partial), Ok(exact)) = (partial, serde_json::from_value::<T>(value.clone())) {
            let mut applied = exact.clone();
            partial.apply_to(&mut applied);
            assert_eq!(applied, exact, "{of}: {value}");
        }
    }
}

async fn request<T: DeserializeOwned + Serialize + Default>(client: &TestClient, path: &str) {
    for value in objects().step_by(3) {
        let exact = serde_json::from_value::<T>(value.clone()).ok();
        let expected = exact.map(|exact| serde_json::to_value(exact).unwrap());
        for sent in [value.clone(), as_texts(&value)] {
            let answer = client.post(path).json(&sent).await;
            let read = (answer.status() == 200).then(|| answer.json::<Value>());
            assert_eq!(read, expected, "{path} {sent}");
        }
        if let Some(query) = query_of(&value) {
            let answer = client.get(&format!("{path}?{query}")).await;
            let read = (answer.status() == 200).then(|| answer.json::<Value>());
            assert_eq!(read, expected, "{path}?{query}");
        }
        if expected.is_some() {
            let answer = client.patch(path).json(&value).await;
            assert_eq!(answer.status(), 200, "{path} {value}");
        }
    }
}

/// Returns an object as a query string, if it can be written as one.
fn query_of(value: &Value) -> Option<String> {
    let mut pairs = Vec::new();
    for (name, value) in value.as_object()? {
        match value {
            Value::Number(number) => pairs.push(format!("{name}={number}")),
            Value::String(text) => pairs.push(format!("{name}={text}")),
            Value::Array(items) if name == "third" => {
                pairs.extend(items.iter().map(|item| format!("{name}={item}")));
            }
            _ => return None,
        }
    }
    Some(pairs.join("&"))
}
