//! FastAPI's tutorial, "Request Body".

use fastrs::prelude::*;
use fastrs::{Value, json};

#[model]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
}

pub(crate) mod tutorial001 {
    use super::*;

    #[post("/items/")]
    async fn create_item(item: Item) -> Value {
        json!(item)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[post("/items/")]
    async fn create_item(item: Item) -> Value {
        let mut item_dict = json!(item);
        if let Some(tax) = item.tax {
            item_dict["price_with_tax"] = json!(item.price + tax);
        }
        item_dict
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        let mut result = json!(item);
        result["item_id"] = json!(item_id);
        result
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item, q: Option<String>) -> Value {
        let mut result = json!(item);
        result["item_id"] = json!(item_id);
        if let Some(q) = q.filter(|q| !q.is_empty()) {
            result["q"] = json!(q);
        }
        result
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}
