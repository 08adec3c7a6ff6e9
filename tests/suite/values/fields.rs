//! `#[field(required)]` and `#[field(include_in_schema = false)]`, on models that fastrs reads itself and on those that
//! serde's derive reads.

use fastrs::prelude::*;
use fastrs::testing::TestClient;
use fastrs::{Value, json};

use crate::support::{document, errors};

#[model]
struct Plain {
    #[field(required)]
    note: Option<String>,
    #[field(include_in_schema = false)]
    trace: Option<u8>,
    name: Option<String>,
}

/// Flattened, so that serde's derive reads it.
#[model]
struct Derived {
    #[field(required)]
    at: Option<u32>,
    #[field(include_in_schema = false, default = 7)]
    inner: u8,
    #[serde(flatten)]
    rest: Rest,
}

#[model]
struct Rest {
    b: bool,
}

#[post("/plain")]
async fn plain(it: Plain) -> Plain {
    it
}

#[post("/derived")]
async fn derived(it: Derived) -> Derived {
    it
}

#[get("/query")]
async fn query(#[query] it: Plain) -> Plain {
    it
}

fn app() -> App {
    App::new("Fields", "1").routes(routes![plain, derived, query])
}

#[tokio::test]
async fn a_required_field_may_be_null_and_must_be_sent() {
    let client = TestClient::start(app()).await;
    let cases = [
        ("/plain", json!({"note": null}), None),
        ("/plain", json!({"note": "a", "trace": 1}), None),
        ("/plain", json!({"name": "a"}), Some("note")),
        ("/derived", json!({"at": null, "b": true}), None),
        ("/derived", json!({"at": "5", "b": true}), None),
        ("/derived", json!({"b": true}), Some("at")),
    ];
    for (path, body, missing) in cases {
        let answer = client.post(path).json(&body).await;
        match missing {
            None => assert_eq!(answer.status(), 200, "{path} {body}: {}", answer.text()),
            Some(name) => assert_eq!(errors(&answer), json!([["missing", ["body", name]]])),
        }
    }
    let answer = client.get("/query?name=a").await;
    assert_eq!(errors(&answer), json!([["missing", ["query", "note"]]]));
    let answer = client.get("/query?note=a&trace=3").await;
    assert_eq!(answer.text(), r#"{"note":"a","trace":3,"name":null}"#);
}

#[tokio::test]
async fn the_document_describes_required_fields_that_may_be_null() {
    let document = document(app()).await;
    let schemas = &document["components"]["schemas"];
    for name in ["Plain", "Plain-Input"] {
        let Some(schema) = schemas.get(name) else {
            continue;
        };
        assert_eq!(schema["required"], json!(["note"]), "{schema}");
        assert_eq!(
            schema["properties"]["note"]["type"],
            json!(["string", "null"]),
            "{schema}"
        );
        assert!(schema["properties"].get("trace").is_none(), "{schema}");
    }
    for name in ["Derived", "Derived-Input"] {
        let Some(schema) = schemas.get(name) else {
            continue;
        };
        let text = schema.to_string();
        assert!(
            text.contains(r#""at""#) && !text.contains("inner"),
            "{text}"
        );
    }
    let parameters = document["paths"]["/query"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<_> = parameters
        .iter()
        .map(|p| (p["name"].as_str().unwrap(), p["required"] == true))
        .collect();
    assert_eq!(names, [("note", true), ("name", false)]);
    assert_eq!(document.to_string().matches("x-fastrs").count(), 0);
    let _: Value = document;
}
