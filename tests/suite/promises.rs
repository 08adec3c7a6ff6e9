//! The document promises what the server does, and the server does what the document promises.

mod app;
mod oracle;
mod requests;

use fastrs::{Value, json, testing::TestClient};

use self::app::app;
pub(crate) use self::app::{readable_by_all, sockets};
use crate::support::document;

/// The server accepts what the document declares valid, everything that it accepts is valid by the document, and the
/// document describes every response. `oracle.rs` lists what no document can express.
#[tokio::test]
async fn the_server_keeps_what_the_document_promises() {
    let wrong = requests::disagreements(app()).await;
    assert!(
        wrong.is_empty(),
        "{} disagreements:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Returns the statuses that the document lists for an operation.
fn statuses(document: &Value, path: &str, method: &str) -> Vec<String> {
    let responses = document["paths"][path][method]["responses"].as_object();
    let responses = responses.unwrap_or_else(|| panic!("{method} {path} is not documented"));
    responses.keys().cloned().collect()
}

#[tokio::test]
async fn a_redirect_has_a_status_that_the_document_names() {
    let document = document(app()).await;
    assert_eq!(statuses(&document, "/old", "get"), ["303", "307", "308"]);
    assert_eq!(statuses(&document, "/login", "post"), ["303"]);
    let client = TestClient::start(app()).await.follow_redirects(false);
    assert_eq!(client.get("/old").await.status(), 308);
    assert_eq!(client.post("/login").await.status(), 303);
}

#[tokio::test]
async fn a_status_chosen_at_run_time_can_be_any() {
    let document = document(app()).await;
    assert_eq!(statuses(&document, "/teapot", "get"), ["422", "default"]);
    let client = TestClient::start(app()).await;
    assert_eq!(client.get("/teapot?status=418").await.status(), 418);
}

#[tokio::test]
async fn a_response_without_a_value_has_no_type() {
    let document = document(app()).await;
    let answer = &document["paths"]["/ping"]["get"]["responses"]["200"];
    assert_eq!(answer["content"]["application/json"]["schema"], json!({}));
}

#[tokio::test]
async fn paths_that_differ_only_in_names_are_one_item() {
    let document = document(app()).await;
    let item = &document["paths"]["/users/{id}"];
    for method in ["get", "put", "delete"] {
        assert_eq!(item[method]["parameters"][0]["name"], "id", "{method}");
    }
    let fastapi = document_of_fastapi().await;
    let deleted = &fastapi["paths"]["/users/{user_id}"]["delete"];
    assert_eq!(deleted["parameters"][0]["name"], "user_id");
}

async fn document_of_fastapi() -> Value {
    document(app().fastapi_documents()).await
}

#[tokio::test]
async fn the_fields_of_an_enum_in_the_query_are_parameters() {
    let document = document(app()).await;
    let parameters = |path: &str| -> Vec<Value> {
        let parameters = document["paths"][path]["get"]["parameters"].as_array();
        let parameters = parameters.into_iter().flatten();
        let facts = parameters.map(|parameter| json!([parameter["name"], parameter["required"]]));
        facts.collect()
    };
    assert_eq!(
        parameters("/find"),
        [
            json!(["by", true]),
            json!(["name", false]),
            json!(["exact", false]),
            json!(["age", false])
        ]
    );
    assert_eq!(
        parameters("/pick"),
        [
            json!(["id", false]),
            json!(["from", false]),
            json!(["to", false])
        ]
    );
    let by = &document["paths"]["/find"]["get"]["parameters"][0]["schema"];
    assert_eq!(*by, json!({"type": "string", "enum": ["name", "age"]}));
}

#[tokio::test]
async fn a_form_is_required_if_a_field_is() {
    let document = document(app()).await;
    let client = TestClient::start(app()).await;
    for (path, required) in [("/forms/model", false), ("/forms/fields", true)] {
        let body = &document["paths"][path]["post"]["requestBody"];
        assert_eq!(body["required"] == true, required, "{path}");
        let status = client.post(path).await.status();
        assert_eq!(status == 422, required, "{path}: {status}");
    }
}
