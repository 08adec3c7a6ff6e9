//! Defaults of whole types, empty lists as defaults, and the fields of generic models.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::document;

#[model]
#[serde(default = "usual")]
struct Settings {
    size: u8,
    color: String,
}

fn usual() -> Settings {
    Settings {
        size: 3,
        color: "red".to_owned(),
    }
}

#[model]
#[serde(default)]
#[derive(Default)]
struct Counters {
    hits: u8,
    misses: u8,
}

/// The flattened fields are read first, so this is read by its representation.
#[model]
#[serde(default = "first")]
struct Page {
    number: u8,
    #[serde(flatten)]
    counters: Counters,
}

fn first() -> Page {
    Page {
        number: 1,
        counters: Counters::default(),
    }
}

#[model]
struct Item {
    #[field(default = [])]
    tags: Vec<String>,
    #[field(default = [])]
    sizes: Option<Vec<u8>>,
}

#[model]
struct Links {
    next: Option<String>,
}

#[model]
struct Listed<T> {
    items: Vec<T>,
    links: Links,
}

#[post("/settings")]
async fn settings(settings: Settings) -> Settings {
    settings
}

#[post("/counters")]
async fn counters(counters: Counters) -> Counters {
    counters
}

#[post("/pages")]
async fn pages(page: Page) -> Page {
    page
}

#[post("/items")]
async fn items(item: Item, #[query(default = [])] ids: Vec<u8>) -> Listed<usize> {
    let sizes = item.sizes.map_or(9, |sizes| sizes.len());
    Listed {
        items: vec![item.tags.len(), sizes, ids.len()],
        links: Links { next: None },
    }
}

#[post("/lists")]
async fn lists(listed: Listed<u8>) -> Listed<u8> {
    listed
}

fn app() -> App {
    App::new("Defaults", "1.0.0").routes(routes![settings, counters, pages, items, lists])
}

#[tokio::test]
async fn what_is_missing_has_the_default() {
    let client = TestClient::start(app()).await;
    for (path, sent, answered) in [
        (
            "/settings",
            json!({"size": 5}),
            json!({"size": 5, "color": "red"}),
        ),
        (
            "/settings",
            json!({"size": "5"}),
            json!({"size": 5, "color": "red"}),
        ),
        ("/counters", json!({}), json!({"hits": 0, "misses": 0})),
        (
            "/pages",
            json!({"hits": 2}),
            json!({"number": 1, "hits": 2, "misses": 0}),
        ),
        (
            "/items",
            json!({}),
            json!({"items": [0, 0, 0], "links": {"next": null}}),
        ),
        (
            "/lists",
            json!({"items": [1], "links": {"next": "/2"}}),
            json!({"items": [1], "links": {"next": "/2"}}),
        ),
    ] {
        let answer = client.post(path).json(&sent).await;
        assert_eq!(
            (answer.status().as_u16(), answer.json::<Value>()),
            (200, answered),
            "{path} {sent}"
        );
    }
    let wrong = json!({"items": [], "links": {"next": 1}});
    let answer = client.post("/lists").json(&wrong).await;
    assert_eq!(
        answer.json::<Value>()["detail"][0]["loc"],
        json!(["body", "links", "next"])
    );
    client.stop().await;
}

#[tokio::test]
async fn the_document_shows_the_defaults() {
    let document = document(app()).await;
    let schemas = &document["components"]["schemas"];
    let of = |name: &str, property: &str| schemas[name]["properties"][property].clone();
    assert_eq!(of("Settings", "color")["default"], "red");
    assert_eq!(of("Counters", "hits")["default"], 0);
    assert_eq!(of("Item", "tags")["default"], json!([]));
    assert_eq!(of("Item", "sizes")["default"], json!([]));
    assert_eq!(
        of("Listed_uint_", "links"),
        json!({"$ref": "#/components/schemas/Links"}),
        "{schemas:#}"
    );
}
