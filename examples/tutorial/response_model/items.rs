//! The return type is the response model.

use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: Vec<String>,
    }

    #[post("/items/")]
    async fn create_item(item: Item) -> Item {
        item
    }

    #[get("/items/")]
    async fn read_items() -> Vec<Item> {
        [("Portal Gun", 42.0), ("Plumbus", 32.0)]
            .map(|(name, price)| Item {
                name: name.to_owned(),
                description: None,
                price,
                tax: None,
                tags: Vec::new(),
            })
            .into()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item, read_items])
    }
}
