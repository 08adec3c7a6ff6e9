//! FastAPI's tutorial, "Using the Request Directly".

use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_root(item_id: String, request: &Request) -> Value {
        let client_host = request.client().map(|client| client.ip());
        json!({"client_host": client_host, "item_id": item_id})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_root])
    }
}
