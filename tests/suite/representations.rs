//! Models that are not read key by key: flattened fields, tagged and untagged enums.

use std::collections::{BTreeMap, HashMap};

use fastrs::prelude::*;
use fastrs::testing::{TestClient, TestResponse};
use fastrs::{Value, json};
use rust_decimal::Decimal;

#[model]
struct Place {
    x: i32,
    city: String,
}

#[model]
struct Order {
    id: i32,
    #[serde(flatten)]
    place: Option<Place>,
}

/// A value that serde's own buffer cannot hold.
#[model]
struct Wide {
    by_id: BTreeMap<i32, u8>,
    amount: u128,
    price: Decimal,
}

#[model]
#[serde(tag = "kind")]
enum Internal {
    Wide(Wide),
    Fields {
        by_id: BTreeMap<i32, u8>,
        amount: i128,
    },
    Nothing,
}

#[model]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    Wide(Wide),
    Pair(u128, BTreeMap<i32, u8>),
    Nothing,
}

#[model]
#[serde(untagged)]
enum Untagged {
    Wide(Wide),
    Amount(u128),
}

#[model]
struct Flat {
    id: u8,
    #[serde(flatten)]
    wide: Wide,
}

#[model]
struct Mixed {
    id: u8,
    #[serde(flatten)]
    internal: Internal,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[model]
struct Maybe {
    id: u8,
    #[serde(flatten)]
    internal: Option<Internal>,
}

#[post("/maybe")]
async fn maybe(it: Maybe) -> Maybe {
    it
}

#[post("/order")]
async fn order(order: Order) -> Order {
    order
}

#[get("/order")]
async fn find(#[query] order: Order) -> Order {
    order
}

#[post("/internal")]
async fn internal(it: Internal) -> Internal {
    it
}

#[post("/adjacent")]
async fn adjacent(it: Adjacent) -> Adjacent {
    it
}

#[post("/untagged")]
async fn untagged(it: Untagged) -> Untagged {
    it
}

#[post("/flat")]
async fn flat(it: Flat) -> Flat {
    it
}

#[post("/mixed")]
async fn mixed(it: Mixed) -> Mixed {
    it
}

async fn client() -> TestClient {
    let routes = routes![
        order, find, internal, adjacent, untagged, flat, mixed, maybe
    ];
    TestClient::start(App::new("Representations", "1").routes(routes)).await
}

async fn post(client: &TestClient, path: &str, body: &str) -> TestResponse {
    let request = client.post(path).header("content-type", "application/json");
    request.body(body.to_owned()).await
}

fn error(answer: &TestResponse) -> (Value, Value) {
    let error = answer.json::<Value>()["detail"][0].take();
    (error["type"].clone(), error["loc"].clone())
}

#[tokio::test]
async fn an_optional_flattened_field_is_absent_valid_or_an_error() {
    let client = client().await;
    for (sent, read) in [
        (json!({ "id": 1 }), json!({ "id": 1 })),
        (
            json!({ "id": 1, "x": 2, "city": "Rome" }),
            json!({ "id": 1, "x": 2, "city": "Rome" }),
        ),
        (
            json!({ "id": 1, "x": "2", "city": "Rome" }),
            json!({ "id": 1, "x": 2, "city": "Rome" }),
        ),
        (json!({ "id": 1, "other": 2 }), json!({ "id": 1 })),
    ] {
        let answer = client.post("/order").json(&sent).await;
        assert_eq!(answer.json::<Value>(), read, "{sent}");
    }
    let wrong = client
        .post("/order")
        .json(&json!({ "id": 1, "x": "two", "city": "Rome" }))
        .await;
    assert_eq!(error(&wrong), (json!("int_parsing"), json!(["body", "x"])));
    let missing = client
        .post("/order")
        .json(&json!({ "id": 1, "x": 2 }))
        .await;
    assert_eq!(error(&missing), (json!("missing"), json!(["body", "city"])));
    client.stop().await;
}

#[tokio::test]
async fn an_optional_flattened_enum_is_absent_valid_or_an_error() {
    let client = client().await;
    for (sent, read) in [
        (r#"{"id":1}"#, r#"{"id":1}"#),
        (r#"{"id":"1"}"#, r#"{"id":1}"#),
        (
            r#"{"id":1,"kind":"Nothing"}"#,
            r#"{"id":1,"kind":"Nothing"}"#,
        ),
        (
            r#"{"id":"1","kind":"Fields","by_id":{"1":"2"},"amount":"5"}"#,
            r#"{"id":1,"kind":"Fields","by_id":{"1":2},"amount":5}"#,
        ),
    ] {
        assert_eq!(post(&client, "/maybe", sent).await.text(), read, "{sent}");
    }
    let sent = r#"{"id":1,"kind":"Fields","by_id":{"1":"x"},"amount":5}"#;
    let wrong = post(&client, "/maybe", sent).await;
    let loc = json!(["body", "Fields", "by_id", "1"]);
    assert_eq!(error(&wrong), (json!("int_parsing"), loc));
    let wrong = post(&client, "/maybe", r#"{"id":1,"kind":"Other"}"#).await;
    assert_eq!(error(&wrong), (json!("union_tag_invalid"), json!(["body"])));
    client.stop().await;
}

#[tokio::test]
async fn an_optional_flattened_parameter_is_absent_valid_or_an_error() {
    let client = client().await;
    let found = client.get("/order?id=1&x=2&city=Rome").await;
    assert_eq!(
        found.json::<Value>(),
        json!({ "id": 1, "x": 2, "city": "Rome" })
    );
    let absent = client.get("/order?id=1").await;
    assert_eq!(absent.json::<Value>(), json!({ "id": 1 }));
    let wrong = client.get("/order?id=1&x=two&city=Rome").await;
    assert_eq!(error(&wrong), (json!("int_parsing"), json!(["query", "x"])));
    let missing = client.get("/order?id=1&x=2").await;
    assert_eq!(
        error(&missing),
        (json!("missing"), json!(["query", "city"]))
    );
    client.stop().await;
}

const BIG: &str = "340282366920938463463374607431768211455";

#[tokio::test]
async fn integer_keys_and_long_numbers_are_read_in_any_shape() {
    let client = client().await;
    let wide = format!(r#""by_id":{{"-1":2}},"amount":{BIG},"price":"0.1234567890123456789""#);
    for (path, body) in [
        ("/internal", format!(r#"{{"kind":"Wide",{wide}}}"#)),
        (
            "/internal",
            r#"{"kind":"Fields","by_id":{"1":2},"amount":-18446744073709551617}"#.to_owned(),
        ),
        ("/internal", r#"{"kind":"Nothing"}"#.to_owned()),
        ("/adjacent", format!(r#"{{"kind":"Wide","of":{{{wide}}}}}"#)),
        (
            "/adjacent",
            format!(r#"{{"kind":"Pair","of":[{BIG},{{"7":1}}]}}"#),
        ),
        ("/adjacent", r#"{"kind":"Nothing"}"#.to_owned()),
        ("/untagged", format!("{{{wide}}}")),
        ("/untagged", BIG.to_owned()),
        ("/flat", format!(r#"{{"id":1,{wide}}}"#)),
    ] {
        let answer = post(&client, path, &body).await;
        assert_eq!(answer.text(), body, "{path}");
    }
    client.stop().await;
}

#[tokio::test]
async fn a_number_as_text_is_read_in_any_shape() {
    let client = client().await;
    for (path, body, read) in [
        (
            "/internal",
            r#"{"kind":"Fields","by_id":{"1":"2"},"amount":"5"}"#,
            r#"{"kind":"Fields","by_id":{"1":2},"amount":5}"#,
        ),
        (
            "/adjacent",
            r#"{"of":["5",{"7":"1"}],"kind":"Pair"}"#,
            r#"{"kind":"Pair","of":[5,{"7":1}]}"#,
        ),
        ("/untagged", r#""5""#, "5"),
        (
            "/flat",
            r#"{"by_id":{},"amount":"5","price":1,"id":"1"}"#,
            r#"{"id":1,"by_id":{},"amount":5,"price":"1"}"#,
        ),
    ] {
        let answer = post(&client, path, body).await;
        assert_eq!(answer.text(), read, "{path} {body}");
    }
    client.stop().await;
}

#[tokio::test]
async fn each_entry_belongs_to_one_field() {
    let client = client().await;
    for (body, read) in [
        (
            r#"{"id":1,"kind":"Nothing","more":[1]}"#,
            r#"{"id":1,"kind":"Nothing","more":[1]}"#,
        ),
        (
            r#"{"more":1,"amount":"5","by_id":{"1":1},"kind":"Fields","id":1}"#,
            r#"{"id":1,"kind":"Fields","by_id":{"1":1},"amount":5,"more":1}"#,
        ),
    ] {
        let answer = post(&client, "/mixed", body).await;
        assert_eq!(answer.text(), read, "{body}");
    }
    // No client can send the name under which a flattened field is read.
    let answer = post(&client, "/flat", r#"{"id":1,"\u0000wide":{}}"#).await;
    assert_eq!(answer.status(), 422);
    client.stop().await;
}

#[tokio::test]
async fn errors_are_reported_at_their_location() {
    let client = client().await;
    for (path, body, kind, loc) in [
        ("/internal", "{}", "union_tag_not_found", json!(["body"])),
        (
            "/internal",
            r#"{"kind":"Other"}"#,
            "union_tag_invalid",
            json!(["body"]),
        ),
        ("/internal", "[]", "model_attributes_type", json!(["body"])),
        (
            "/internal",
            r#"{"kind":"Fields","by_id":{},"by_id":{},"amount":1}"#,
            "value_error",
            json!(["body", "Fields", "by_id"]),
        ),
        (
            "/internal",
            r#"{"kind":"Fields","by_id":{"a":1},"amount":1}"#,
            "int_parsing",
            json!(["body", "Fields", "by_id", "a", "[key]"]),
        ),
        (
            "/adjacent",
            r#"{"kind":"Pair"}"#,
            "missing",
            json!(["body", "Pair", "of"]),
        ),
    ] {
        let answer = post(&client, path, body).await;
        assert_eq!(error(&answer), (json!(kind), loc), "{path} {body}");
    }
    client.stop().await;
}

#[test]
fn other_formats_are_read_as_well() {
    let value = json!({ "kind": "Fields", "by_id": { "1": 2 }, "amount": 5, });
    let read: Internal = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), value);
    let pairs = vec![("id".to_owned(), 1)];
    let pairs: serde::de::value::MapDeserializer<'_, _, serde::de::value::Error> =
        serde::de::value::MapDeserializer::new(pairs.into_iter());
    let order: Order = serde::Deserialize::deserialize(pairs).unwrap();
    assert_eq!(order.id, 1);
}
