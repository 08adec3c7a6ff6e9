//! `Partial<T>`: PATCH, and responses that leave fields out.

use std::collections::HashMap;

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Value, json};

use crate::support::document;

fn is_even(price: &i64) -> Result<(), String> {
    match price % 2 {
        0 => Ok(()),
        _ => Err(format!("{price} is odd")),
    }
}

#[model]
#[derive(Clone)]
struct Base {
    #[field(min_length = 2)]
    name: String,
    tag: Option<String>,
}

#[model]
#[derive(Clone)]
struct Size {
    width: u8,
    #[field(default = 7)]
    height: u8,
}

#[model]
#[derive(Clone)]
struct Item {
    #[field(read_only)]
    id: u32,
    #[serde(flatten)]
    base: Base,
    #[field(ge = 0, validate = is_even)]
    price: i64,
    #[serde(alias = "colour")]
    color: Option<String>,
    size: Size,
    #[field(write_only, default)]
    secret: String,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[model]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Closed {
    item_name: String,
    #[field(default)]
    amounts: Vec<u128>,
}

#[model]
struct Free {
    a: Option<u8>,
    #[field(default)]
    b: u8,
}

fn stored() -> Item {
    Item {
        id: 1,
        base: Base {
            name: "old".into(),
            tag: Some("t".into()),
        },
        price: 2,
        color: None,
        size: Size {
            width: 1,
            height: 2,
        },
        secret: "s".into(),
        rest: HashMap::new(),
    }
}

#[patch("/item")]
async fn change(item: Partial<Item>) -> Value {
    let mut stored = stored();
    item.apply_to(&mut stored);
    json!({ "item": stored, "secret": stored.secret })
}

#[patch("/echo")]
async fn echo(item: Partial<Item>) -> Partial<Item> {
    item
}

#[get("/shown")]
async fn shown() -> Vec<Partial<Item>> {
    vec![
        Partial::of(stored()),
        Partial::of(stored()).only(&["id", "name"]),
        Partial::of(stored()).without(&["size", "price", "color", "tag"]),
    ]
}

#[patch("/closed")]
async fn closed(it: Partial<Closed>) -> Partial<Closed> {
    it
}

#[patch("/free")]
async fn free(it: Partial<Free>) -> Partial<Free> {
    it
}

fn app() -> App {
    App::new("Partial", "1").routes(routes![change, echo, shown, closed, free])
}

async fn patch(client: &TestClient, path: &str, body: &str) -> TestResponse {
    let request = client
        .patch(path)
        .header("content-type", "application/json");
    request.body(body.to_owned()).await
}

#[tokio::test]
async fn what_was_sent_overwrites_what_was_stored() {
    let client = TestClient::start(app()).await;
    for (sent, changed) in [
        ("{}", json!({})),
        (r#"{"name":"new"}"#, json!({ "name": "new" })),
        (
            r#"{"tag":null,"price":4}"#,
            json!({ "tag": null, "price": 4 }),
        ),
        (r#"{"price":"4"}"#, json!({ "price": 4 })),
        (r#"{"colour":"red"}"#, json!({ "color": "red" })),
        (
            r#"{"size":{"width":5}}"#,
            json!({ "size": { "width": 5, "height": 7 } }),
        ),
        (r#"{"more":[1]}"#, json!({ "more": [1] })),
    ] {
        let answer = patch(&client, "/item", sent).await;
        let mut expected = serde_json::to_value(stored()).unwrap();
        for (name, value) in changed.as_object().unwrap() {
            expected[name] = value.clone();
        }
        assert_eq!(answer.json::<Value>()["item"], expected, "{sent}");
    }
    let answer = patch(&client, "/item", r#"{"secret":"new"}"#).await;
    assert_eq!(answer.json::<Value>()["secret"], "new");
    client.stop().await;
}

#[tokio::test]
async fn what_was_sent_is_checked() {
    let client = TestClient::start(app()).await;
    for (path, sent, errors) in [
        (
            "/item",
            r#"{"price":-2,"name":"x"}"#,
            json!([
                ["string_too_short", ["body", "name"]],
                ["greater_than_equal", ["body", "price"]]
            ]),
        ),
        (
            "/item",
            r#"{"price":3}"#,
            json!([["value_error", ["body", "price"]]]),
        ),
        (
            "/item",
            r#"{"price":"x","size":{}}"#,
            json!([
                ["int_parsing", ["body", "price"]],
                ["missing", ["body", "size", "width"]]
            ]),
        ),
        (
            "/item",
            r#"{"price":2,"price":4}"#,
            json!([["value_error", ["body", "price"]]]),
        ),
        ("/item", "[]", json!([["model_attributes_type", ["body"]]])),
        (
            "/closed",
            r#"{"x":1}"#,
            json!([["extra_forbidden", ["body", "x"]]]),
        ),
        (
            "/closed",
            r#"{"itemName":null}"#,
            json!([["string_type", ["body", "itemName"]]]),
        ),
    ] {
        let answer = patch(&client, path, sent).await;
        assert_eq!(crate::support::errors(&answer), errors, "{path} {sent}");
    }
    client.stop().await;
}

#[tokio::test]
async fn a_response_is_read_completely() {
    let client = TestClient::start(app()).await;
    for (path, sent) in [
        ("/echo", r#"{"name":"new","color":"x","size":{"width":1}}"#),
        ("/echo", r#"{"tag":null}"#),
        ("/closed", r#"{"itemName":"a"}"#),
        (
            "/closed",
            r#"{"amounts":[340282366920938463463374607431768211455]}"#,
        ),
        ("/free", r#"{"a":null}"#),
        ("/free", "{}"),
    ] {
        let answer = patch(&client, path, sent).await;
        assert_eq!(answer.text(), sent, "{path}");
    }
    let answer = patch(&client, "/echo", r#"{"secret":"s"}"#).await;
    assert_eq!(answer.text(), "{}");
    let shown: Vec<Value> = client.get("/shown").await.json();
    assert_eq!(shown[0], serde_json::to_value(stored()).unwrap());
    assert_eq!(shown[1], json!({ "id": 1, "name": "old" }));
    assert_eq!(shown[2], json!({ "id": 1, "name": "old" }));
    client.stop().await;
}

#[tokio::test]
async fn the_document_of_a_partial_requires_nothing() {
    let document = document(app()).await;
    let schemas = &document["components"]["schemas"];
    let body = |path: &str| {
        document["paths"][path]["patch"]["requestBody"]["content"]["application/json"]["schema"]
            .clone()
    };
    assert_eq!(
        body("/item"),
        json!({ "$ref": "#/components/schemas/PartialItem" })
    );
    assert_eq!(schemas["PartialItem"].get("required"), None);
    assert_eq!(
        schemas["PartialItem"]["properties"]["name"],
        json!({ "type": "string", "minLength": 2 })
    );
    assert_eq!(
        schemas["PartialItem"]["properties"].get("id"),
        None,
        "a client does not send it"
    );
    // A model that requires nothing is its own partial.
    assert_eq!(
        body("/free"),
        json!({ "$ref": "#/components/schemas/Free" })
    );
}
