//! The document in each of its dialects: OpenAPI 3.1 as code generators read it, and FastAPI's own.

use fastrs::{Value, prelude::*};

mod fastapi;
mod openapi31;

/// Returns the document of an app.
fn document(app: App) -> Value {
    app.build().expect("the wiring is valid").document().clone()
}

/// Returns the names of the document's components.
fn component_names(document: &Value) -> Vec<&String> {
    let schemas = document["components"]["schemas"].as_object();
    schemas.expect("there are components").keys().collect()
}
