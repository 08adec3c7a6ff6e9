//! FastAPI's tutorial, "Cookie Parameters".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/")]
    async fn read_items(#[cookie] ads_id: Option<String>) -> Value {
        json!({"ads_id": ads_id})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
