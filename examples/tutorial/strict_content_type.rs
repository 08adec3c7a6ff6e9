//! FastAPI's tutorial, "Strict Content-Type Checking".

pub(crate) mod tutorial001 {
    use fastrs::prelude::*;

    #[model]
    struct Item {
        name: String,
        price: f64,
    }

    #[post("/items/")]
    async fn create_item(item: Item) -> Item {
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .strict_content_type(false)
            .routes(routes![create_item])
    }
}
