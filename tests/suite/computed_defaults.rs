//! Defaults in documents: only those that are the same each time.

use std::sync::atomic::{AtomicU32, Ordering};

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::document;

static NEXT: AtomicU32 = AtomicU32::new(0);

const LIMIT: u32 = 10;

fn next() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[model]
struct Plain {
    #[field(default = next())]
    number: u32,
    #[field(default = LIMIT * 2)]
    limit: u32,
    #[field(default = vec!["a".to_owned()])]
    tags: Vec<String>,
}

/// Its traits are derived.
#[model]
#[serde(deny_unknown_fields)]
struct Derived {
    #[field(default = next() + 1, ge = 0)]
    number: u32,
    #[field(default = Some(LIMIT))]
    limit: Option<u32>,
    #[serde(default = "next")]
    tags: u32,
}

#[post("/plain")]
async fn plain(body: Plain) -> Value {
    json!([body.number, body.limit, body.tags])
}

#[post("/derived")]
async fn derived(body: Derived) -> Value {
    json!([body.number, body.limit, body.tags])
}

#[post("/arguments")]
async fn arguments(
    #[query(default = next())] number: u32,
    #[query(default = LIMIT)] limit: u32,
    #[body(default = next())] body: u32,
) -> u32 {
    number + limit + body
}

fn app() -> App {
    App::new("Defaults", "1").routes(routes![plain, derived, arguments])
}

#[tokio::test]
async fn a_document_shows_the_defaults_that_are_constant() {
    let document = document(app()).await;
    let schemas = &document["components"]["schemas"];
    for (name, defaults) in [
        ("Plain", json!([null, 20, ["a"]])),
        ("Derived", json!([null, 10, null])),
    ] {
        let properties = &schemas[name]["properties"];
        let shown = ["number", "limit", "tags"].map(|field| properties[field]["default"].clone());
        assert_eq!(json!(shown), defaults, "{name}");
        assert_eq!(schemas[name].get("required"), None, "{name}");
    }
    let operation = &document["paths"]["/arguments"]["post"];
    let parameters = operation["parameters"].as_array().unwrap();
    let shown: Vec<_> = parameters
        .iter()
        .map(|parameter| {
            json!([
                parameter["name"],
                parameter["required"],
                parameter["schema"]["default"]
            ])
        })
        .collect();
    let expected = json!([["number", false, null], ["limit", false, 10]]);
    assert_eq!(json!(shown), expected);
    assert_ne!(operation["requestBody"]["required"], true);
}

#[test]
fn two_documents_of_an_app_are_equal() {
    assert_eq!(app().document(), app().document());
}

#[tokio::test]
async fn such_a_default_is_evaluated_for_each_request() {
    let client = TestClient::start(app()).await;
    let number = async |path: &str| {
        let answer = client.post(path).json(&json!({})).await;
        answer.json::<Value>()[0].as_u64().unwrap()
    };
    assert_ne!(number("/plain").await, number("/plain").await);
    assert_ne!(number("/derived").await, number("/derived").await);
    client.stop().await;
}
