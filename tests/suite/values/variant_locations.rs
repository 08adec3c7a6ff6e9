//! The locations of errors in enums: the same for constraints, types and validators, and for one variant or several.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::errors;

fn even(number: &u8) -> Result<(), &'static str> {
    match number % 2 {
        0 => Ok(()),
        _ => Err("odd"),
    }
}

macro_rules! enums {
    ($($name:ident: #[$attr:meta],)*) => {$(
        mod $name {
            use super::*;

            #[model]
            #[$attr]
            pub(super) enum One {
                A {
                    #[field(ge = 10, validate = even)]
                    number: u8,
                    flag: Option<bool>,
                },
            }

            #[model]
            #[$attr]
            pub(super) enum Two {
                A {
                    #[field(ge = 10, validate = even)]
                    number: u8,
                    flag: Option<bool>,
                },
                B {
                    other: u8,
                },
            }

            #[post("/one")]
            pub(super) async fn one(it: One) -> One {
                it
            }

            #[post("/two")]
            pub(super) async fn two(it: Two) -> Two {
                it
            }

            pub(super) fn app() -> App {
                App::new("Variants", "1").routes(routes![one, two])
            }
        }
    )*};
}

enums! {
    external: #[serde(deny_unknown_fields)],
    internal: #[serde(tag = "type")],
    adjacent: #[serde(tag = "type", content = "content")],
}

/// Returns the variant `A` with these fields, in one of the representations.
fn variant(representation: &str, mut fields: Value) -> Value {
    match representation {
        "external" => json!({"A": fields}),
        "adjacent" => json!({"type": "A", "content": fields}),
        _ => {
            fields["type"] = "A".into();
            fields
        }
    }
}

#[tokio::test]
async fn the_location_of_an_error_names_the_variant() {
    for (name, app, above) in [
        ("external", external::app(), vec!["body", "A"]),
        ("internal", internal::app(), vec!["body", "A"]),
        ("adjacent", adjacent::app(), vec!["body", "A", "content"]),
    ] {
        let client = TestClient::start(app).await;
        for (fields, kind, field) in [
            (json!({"number": 8}), "greater_than_equal", "number"),
            (json!({"number": 11}), "value_error", "number"),
            (json!({"number": "x"}), "int_parsing", "number"),
            (json!({"number": 12, "flag": 5}), "bool_parsing", "flag"),
            (json!({}), "missing", "number"),
        ] {
            let loc = [&above[..], &[field]].concat();
            for path in ["/one", "/two"] {
                let body = variant(name, fields.clone());
                let answer = client.post(path).json(&body).await;
                assert_eq!(
                    errors(&answer),
                    json!([[kind, loc]]),
                    "{name} {path} {body}"
                );
                if kind == "value_error" {
                    let detail = &answer.json::<Value>()["detail"][0];
                    assert_eq!(detail["input"], 11, "{name} {path}");
                }
            }
        }
        client.stop().await;
    }
}

#[tokio::test]
async fn an_unknown_variant_is_one_error() {
    for (app, kind) in [
        (external::app(), "enum"),
        (internal::app(), "union_tag_invalid"),
        (adjacent::app(), "union_tag_invalid"),
    ] {
        let client = TestClient::start(app).await;
        for path in ["/one", "/two"] {
            let answer = client.post(path).json(&json!({"type": "Z"})).await;
            assert_eq!(errors(&answer), json!([[kind, ["body"]]]), "{path}");
        }
        client.stop().await;
    }
}
