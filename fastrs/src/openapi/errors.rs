//! The component schemas of fastrs's own error bodies.

use schemars::Schema;
use serde_json::Value;

/// The name of the body of an `HttpError`, and of every error that fastrs itself sends except 422.
pub(super) const HTTP_ERROR: &str = "HTTPError";
/// The name of the body of a 422, as in FastAPI.
pub(super) const HTTP_VALIDATION_ERROR: &str = "HTTPValidationError";
/// The name of one element of it, as in FastAPI.
pub(super) const VALIDATION_ERROR: &str = "ValidationError";

/// The schemas by name. All but the first are FastAPI 0.165's (`fastapi/openapi/utils.py`). The app's own models with
/// these names are qualified with their module.
// Stored as text, since `json!` would expand to four thousand lines of LLVM IR.
pub(super) const SCHEMAS: [(&str, &str); 3] = [
    (
        HTTP_ERROR,
        r#"{
        "title": "HTTPError",
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "description": "What went wrong: usually a sentence, or any other JSON that the operation defines"
            }
        },
        "required": ["detail"]
    }"#,
    ),
    (
        HTTP_VALIDATION_ERROR,
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
    ),
    (
        VALIDATION_ERROR,
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
    ),
];

/// Returns the parsed schemas.
pub(super) fn schemas() -> Vec<(&'static str, Schema)> {
    let mut schemas = Vec::with_capacity(SCHEMAS.len());
    for (name, text) in SCHEMAS {
        let schema: Value = text.parse().expect("SCHEMAS are JSON");
        schemas.push((name, Schema::try_from(schema).expect("SCHEMAS are objects")));
    }
    schemas
}
