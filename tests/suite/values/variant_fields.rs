//! `#[field(required)]` and `#[field(include_in_schema = false)]` on the fields of an enum's variants.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, errors};

#[model]
enum External {
    Note {
        #[field(required)]
        text: Option<String>,
        #[field(include_in_schema = false)]
        trace: Option<u8>,
    },
    Other(u8),
}

#[model]
#[serde(tag = "type")]
enum Internal {
    Note {
        #[field(required)]
        text: Option<String>,
        #[field(include_in_schema = false)]
        trace: Option<u8>,
    },
    Other,
}

#[model]
#[serde(tag = "type", content = "content")]
enum Adjacent {
    Note {
        #[field(required)]
        text: Option<String>,
        #[field(include_in_schema = false)]
        trace: Option<u8>,
    },
    Other,
}

#[model]
#[serde(untagged)]
enum Untagged {
    Note {
        #[field(required)]
        text: Option<String>,
        #[field(include_in_schema = false)]
        trace: Option<u8>,
    },
}

#[post("/external")]
async fn external(it: External) -> External {
    it
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

#[get("/query")]
async fn query(#[query] it: Internal) -> Internal {
    it
}

fn app() -> App {
    let routes = routes![external, internal, adjacent, untagged, query];
    App::new("Variants", "1").routes(routes)
}

#[tokio::test]
async fn a_required_field_of_a_variant_may_be_null_and_must_be_sent() {
    let client = TestClient::start(app()).await;
    for (path, within, loc) in [
        (
            "/external",
            json!({"Note": {}}),
            json!(["body", "Note", "text"]),
        ),
        (
            "/internal",
            json!({"type": "Note"}),
            json!(["body", "Note", "text"]),
        ),
        (
            "/adjacent",
            json!({"type": "Note", "content": {}}),
            json!(["body", "Note", "content", "text"]),
        ),
        ("/untagged", json!({}), json!(["body", "Note", "text"])),
    ] {
        let fill = |fields: Value| {
            let mut body = within.clone();
            let object = match path {
                "/external" => &mut body["Note"],
                "/adjacent" => &mut body["content"],
                _ => &mut body,
            };
            let object = object.as_object_mut().unwrap();
            object.append(&mut fields.as_object().unwrap().clone());
            body
        };
        for good in [json!({"text": null}), json!({"text": "a", "trace": 1})] {
            let answer = client.post(path).json(&fill(good)).await;
            assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
        }
        for lacking in [json!({}), json!({"trace": 1})] {
            let answer = client.post(path).json(&fill(lacking)).await;
            assert_eq!(errors(&answer), json!([["missing", loc]]), "{path}");
        }
    }
    let answer = client.get("/query?type=Note").await;
    assert_eq!(
        errors(&answer),
        json!([["missing", ["query", "Note", "text"]]])
    );
    let answer = client.get("/query?type=Note&text=a").await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    client.stop().await;
}

#[tokio::test]
async fn the_document_describes_the_fields_of_a_variant() {
    let document = document(app()).await;
    let mut notes = Vec::new();
    for schema in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .values()
    {
        find_notes(schema, &mut notes);
    }
    assert_eq!(notes.len(), 4, "{notes:?}");
    for note in notes {
        assert_eq!(
            note["properties"]["text"]["type"],
            json!(["string", "null"])
        );
        let required = note["required"].as_array().unwrap();
        assert!(required.contains(&json!("text")), "{note}");
    }
    assert!(!document.to_string().contains("trace"));
}

/// Finds the schemas of the objects with a `text`.
fn find_notes<'v>(schema: &'v Value, found: &mut Vec<&'v Value>) {
    let Some(object) = schema.as_object() else {
        return;
    };
    if schema["properties"].get("text").is_some() {
        found.push(schema);
    }
    for value in object.values() {
        find_notes(value, found);
        for value in value.as_array().into_iter().flatten() {
            find_notes(value, found);
        }
    }
}
