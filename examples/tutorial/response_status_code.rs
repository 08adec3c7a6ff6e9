//! FastAPI's tutorial, "Response Status Code".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[post("/items/", status = 201)]
    async fn create_item(name: String) -> Value {
        json!({"name": name})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[post("/items/", status = StatusCode::CREATED)]
    async fn create_item(name: String) -> Value {
        json!({"name": name})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}
