//! FastAPI's tutorial, "Body - Fields".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        #[field(title = "The description of the item", max_length = 300)]
        description: Option<String>,
        #[field(gt = 0, description = "The price must be greater than zero")]
        price: f64,
        tax: Option<f64>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, #[body(embed)] item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}
