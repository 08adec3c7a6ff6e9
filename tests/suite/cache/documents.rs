//! What the document says about cached routes.

use fastrs::{json, prelude::*};

#[get("/cached", cache(seconds = 60))]
async fn cached() -> String {
    "a".into()
}

#[get("/plain")]
async fn plain() -> String {
    "a".into()
}

fn app() -> App {
    App::new("Shop", "1.0.0").routes(routes![cached, plain])
}

#[test]
fn the_document_has_the_headers_and_the_304() {
    let document = app().document();
    let cached = &document["paths"]["/cached"]["get"]["responses"];
    let content = &document["paths"]["/plain"]["get"]["responses"]["200"]["content"];
    assert_eq!(&cached["200"]["content"], content);
    for status in ["200", "304"] {
        let headers = &cached[status]["headers"];
        for name in ["ETag", "Cache-Control"] {
            assert_eq!(
                headers[name]["schema"],
                json!({"type": "string"}),
                "{headers}"
            );
        }
    }
    assert_eq!(cached["304"]["description"], "Not Modified");
    assert_eq!(cached["304"]["content"], json!(null));
}

/// A client generated from FastAPI's document knows neither.
#[test]
fn the_document_of_fastapi_is_as_without_a_cache() {
    let document = app().fastapi_documents().document();
    let responses = |path: &str| document["paths"][path]["get"]["responses"].clone();
    let without_title = |mut responses: fastrs::Value| {
        responses["200"]["content"]["application/json"]["schema"]["title"] = json!(null);
        responses
    };
    assert_eq!(
        without_title(responses("/cached")),
        without_title(responses("/plain"))
    );
}
