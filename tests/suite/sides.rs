//! `read_only` fields: whatever a client sends for them is ignored, however the model is read.

use std::collections::HashMap;

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, errors};

#[model]
#[derive(Clone)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[field(read_only)]
    id: u64,
    #[field(read_only, default = "new".to_owned())]
    state: String,
    #[field(ge = 0)]
    count: i32,
}

#[model]
#[derive(Clone)]
struct Open {
    #[field(read_only)]
    id: u64,
    name: String,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[put("/closed")]
async fn closed(item: Closed) -> Closed {
    Closed { id: 7, ..item }
}

#[patch("/closed")]
async fn change_closed(item: Partial<Closed>) -> Partial<Closed> {
    item
}

#[put("/open")]
async fn open(item: Open) -> Open {
    Open { id: 7, ..item }
}

#[patch("/open")]
async fn change_open(item: Partial<Open>) -> Partial<Open> {
    item
}

#[get("/filter")]
async fn filter(#[query] filter: Closed) -> Closed {
    filter
}

fn app() -> App {
    App::new("Sides", "1").routes(routes![closed, change_closed, open, change_open, filter])
}

#[tokio::test]
async fn a_response_can_be_sent_back() {
    let client = TestClient::start(app()).await;
    for (path, sent) in [
        ("/closed", json!({ "count": 1 })),
        ("/open", json!({ "name": "a", "more": true })),
    ] {
        let first: Value = client.put(path).json(&sent).await.json();
        assert_eq!(first["id"], 7);
        let second = client.put(path).json(&first).await;
        assert_eq!(second.json::<Value>(), first, "{path}");
        let changed = client.patch(path).json(&first).await;
        assert_eq!(changed.json::<Value>(), sent, "{path}");
    }
    // The value may be of any type, also where another field has to be converted.
    let answer = client
        .put("/closed")
        .json(&json!({ "id": {}, "state": null, "count": "1" }))
        .await;
    let expected = json!({ "id": 7, "state": "new", "count": 1 });
    assert_eq!(answer.json::<Value>(), expected);
    let answer = client.get("/filter?id=x&count=2").await;
    assert_eq!(answer.json::<Value>()["id"], 0);
    client.stop().await;
}

#[tokio::test]
async fn other_fields_are_still_errors() {
    let client = TestClient::start(app()).await;
    let answer = client
        .put("/closed")
        .json(&json!({ "id": 1, "count": -1, "more": 1 }))
        .await;
    let expected = json!([
        ["greater_than_equal", ["body", "count"]],
        ["extra_forbidden", ["body", "more"]]
    ]);
    assert_eq!(errors(&answer), expected);
    client.stop().await;
}

#[tokio::test]
async fn the_document_of_the_input_does_not_list_them() {
    let document = document(app()).await;
    let schemas = &document["components"]["schemas"];
    let input = schemas["Closed-Input"]["properties"].as_object().unwrap();
    assert_eq!(input.keys().collect::<Vec<_>>(), ["count"]);
    let output = &schemas["Closed-Output"]["properties"];
    assert_eq!(output["id"]["readOnly"], true);
    assert!(!document.to_string().contains("x-fastrs"));
}
