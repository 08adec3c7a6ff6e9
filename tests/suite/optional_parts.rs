//! A flattened `Option` of a struct: once any of its fields is sent, all that are missing are listed at once.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, errors};

#[model]
struct Inner {
    p: i64,
    #[field(ge = 5)]
    r: i64,
    #[serde(alias = "other")]
    o: Option<i64>,
}

#[model]
struct Outer {
    a: i64,
    #[serde(flatten)]
    inner: Option<Inner>,
}

#[model]
struct Generic<T> {
    a: i64,
    #[serde(flatten)]
    inner: Option<T>,
}

#[model]
#[serde(tag = "type")]
enum Tagged {
    A {
        a: i64,
        #[serde(flatten)]
        inner: Option<Inner>,
    },
    B,
}

#[model]
struct Middle {
    d: i64,
    #[serde(flatten)]
    inner: Option<Inner>,
}

#[model]
struct Pair {
    x: i64,
    y: i64,
}

#[model]
struct Nested {
    a: i64,
    #[serde(flatten)]
    middle: Option<Middle>,
    #[serde(flatten)]
    pair: Option<Pair>,
}

#[post("/outer")]
async fn outer(it: Outer) -> Outer {
    it
}

#[post("/generic")]
async fn generic(it: Generic<Inner>) -> Generic<Inner> {
    it
}

#[post("/tagged")]
async fn tagged(it: Tagged) -> Tagged {
    it
}

#[post("/nested")]
async fn nested(it: Nested) -> Nested {
    it
}

#[get("/query")]
async fn query(#[query] it: Outer) -> Outer {
    it
}

fn app() -> App {
    let routes = routes![outer, generic, tagged, nested, query];
    App::new("Parts", "1").routes(routes)
}

/// Returns the type and the name of each error's field.
fn fields(errors: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = errors.as_array().unwrap().iter();
    errors
        .map(|error| {
            (
                text(&error[0]),
                text(error[1].as_array().unwrap().last().unwrap()),
            )
        })
        .collect()
}

fn missing(names: &[&str]) -> Vec<(String, String)> {
    let names = names.iter();
    names
        .map(|name| ("missing".to_owned(), (*name).to_owned()))
        .collect()
}

#[tokio::test]
async fn all_missing_fields_are_listed_at_once() {
    let client = TestClient::start(app()).await;
    for (body, names) in [
        (json!({"p": 1}), &["a", "r"][..]),
        (json!({"o": 1}), &["a", "p", "r"]),
        (json!({"other": null}), &["a", "p", "r"]),
        (json!({"a": 1, "r": 5}), &["p"]),
        (json!({}), &["a"]),
    ] {
        for path in ["/outer", "/generic", "/tagged"] {
            let mut body = body.clone();
            if path == "/tagged" {
                body["type"] = "A".into();
            }
            let answer = client.post(path).json(&body).await;
            assert_eq!(fields(&errors(&answer)), missing(names), "{path} {body}");
        }
    }
    for (body, names) in [
        (json!({"a": 1, "o": 1}), &["d", "p", "r"][..]),
        (json!({"a": 1, "p": 1, "r": 5, "x": 1}), &["d", "y"]),
        (json!({"a": 1, "d": 1, "y": 1}), &["x"]),
    ] {
        let answer = client.post("/nested").json(&body).await;
        assert_eq!(fields(&errors(&answer)), missing(names), "{body}");
    }
    for good in [
        json!({"a": 1}),
        json!({"a": 1, "d": 1}),
        json!({"a": 1, "x": 1, "y": 1}),
    ] {
        let answer = client.post("/nested").json(&good).await;
        assert_eq!(answer.json::<Value>(), good);
    }
    let answer = client.get("/query?o=1").await;
    assert_eq!(fields(&errors(&answer)), missing(&["a", "p", "r"]));
    client.stop().await;
}

#[tokio::test]
async fn the_document_requires_none_of_them() {
    let document = document(app()).await;
    let outer = &document["components"]["schemas"]["Outer"];
    assert_eq!(outer["required"], json!(["a"]), "{outer}");
    assert!(!document.to_string().contains("x-fastrs"));
}
