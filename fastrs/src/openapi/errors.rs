//! The component schemas of fastrs's own error bodies.

use serde_json::{Value, json};

/// The body of an `HttpError`, and of every error that fastrs itself answers with, save 422.
pub(super) const HTTP_ERROR: &str = "HTTPError";
/// The body of a 422, by FastAPI's name.
pub(super) const HTTP_VALIDATION_ERROR: &str = "HTTPValidationError";
/// One element of it, by FastAPI's name.
pub(super) const VALIDATION_ERROR: &str = "ValidationError";

/// The schemas by name. Models of these names are qualified with their module.
pub(super) fn schemas() -> [(&'static str, Value); 3] {
    [
        (HTTP_ERROR, http_error()),
        (HTTP_VALIDATION_ERROR, http_validation_error()),
        (VALIDATION_ERROR, validation_error()),
    ]
}

fn http_error() -> Value {
    json!({
        "title": HTTP_ERROR,
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "description": "What went wrong: usually a sentence, or any JSON the operation chooses",
            },
        },
        "required": ["detail"],
    })
}

/// FastAPI 0.165, `fastapi/openapi/utils.py`.
fn http_validation_error() -> Value {
    json!({
        "title": HTTP_VALIDATION_ERROR,
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "type": "array",
                "items": {"$ref": format!("#/components/schemas/{VALIDATION_ERROR}")},
            },
        },
    })
}

/// FastAPI 0.165, `fastapi/openapi/utils.py`.
fn validation_error() -> Value {
    json!({
        "title": VALIDATION_ERROR,
        "type": "object",
        "properties": {
            "loc": {
                "title": "Location",
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
            "msg": {"title": "Message", "type": "string"},
            "type": {"title": "Error Type", "type": "string"},
            "input": {"title": "Input"},
            "ctx": {"title": "Context", "type": "object"},
        },
        "required": ["loc", "msg", "type"],
    })
}
