//! Generic models: defaults and maps of a parameter that is neither `Default` nor known to be a model.

use std::collections::{BTreeMap, BTreeSet};

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::errors;

#[model]
struct Item {
    id: u32,
}

#[model]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Code(#[field(min_length = 3, max_length = 3)] String);

#[model]
struct Envelope<T> {
    data: Option<T>,
    #[field(default)]
    related: Vec<T>,
    #[field(default)]
    by_name: BTreeMap<String, T>,
    #[field(default)]
    codes: BTreeMap<Code, BTreeSet<u8>>,
}

#[post("/envelope")]
async fn envelope(envelope: Envelope<Item>) -> Envelope<Item> {
    envelope
}

#[tokio::test]
async fn the_fields_of_a_generic_model_have_defaults() {
    let client = TestClient::start(App::new("Generic", "1").routes(routes![envelope])).await;
    let answer = client.post("/envelope").json(&json!({})).await;
    let empty = json!({"data": null, "related": [], "by_name": {}, "codes": {}});
    assert_eq!(answer.json::<Value>(), empty);
    let sent = json!({"data": {"id": "x"}, "by_name": {"a": {}}, "codes": {"EURO": [1]}});
    let answer = client.post("/envelope").json(&sent).await;
    let expected = json!([
        ["int_parsing", ["body", "data", "id"]],
        ["missing", ["body", "by_name", "a", "id"]],
        ["string_too_long", ["body", "codes", "EURO", "[key]"]]
    ]);
    assert_eq!(errors(&answer), expected);
    client.stop().await;
}
