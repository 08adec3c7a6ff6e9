//! The component schemas of fastrs's own error bodies.

use schemars::Schema;
use serde_json::Value;

/// The body of an `HttpError`, and of every error that fastrs itself answers with, save 422.
pub(super) const HTTP_ERROR: &str = "HTTPError";
/// The body of a 422, by FastAPI's name.
pub(super) const HTTP_VALIDATION_ERROR: &str = "HTTPValidationError";
/// One element of it, by FastAPI's name.
pub(super) const VALIDATION_ERROR: &str = "ValidationError";

/// All of them. Models of these names are qualified with their module.
pub(super) const NAMES: [&str; 3] = [HTTP_ERROR, HTTP_VALIDATION_ERROR, VALIDATION_ERROR];

/// The schemas in the order of their names; but for the first those of FastAPI 0.165, `fastapi/openapi/utils.py`.
// Texts, since `json!` is four thousand lines of LLVM's input for them.
const SCHEMAS: [&str; 3] = [
    r#"{
        "title": "HTTPError",
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "description": "What went wrong: usually a sentence, or any JSON the operation chooses"
            }
        },
        "required": ["detail"]
    }"#,
    r##"{
        "title": "HTTPValidationError",
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "type": "array",
                "items": {"$ref": "#/components/schemas/ValidationError"}
            }
        }
    }"##,
    r#"{
        "title": "ValidationError",
        "type": "object",
        "properties": {
            "loc": {
                "title": "Location",
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}
            },
            "msg": {"title": "Message", "type": "string"},
            "type": {"title": "Error Type", "type": "string"},
            "input": {"title": "Input"},
            "ctx": {"title": "Context", "type": "object"}
        },
        "required": ["loc", "msg", "type"]
    }"#,
];

/// The schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Schema)> {
    let mut schemas = Vec::with_capacity(NAMES.len());
    for (name, text) in NAMES.into_iter().zip(SCHEMAS) {
        let schema: Value = serde_json::from_slice(text.as_bytes()).expect("SCHEMAS are JSON");
        schemas.push((name, Schema::try_from(schema).expect("SCHEMAS are objects")));
    }
    schemas
}
