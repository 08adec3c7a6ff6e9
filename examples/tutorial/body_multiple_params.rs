//! FastAPI's tutorial, "Body - Multiple Parameters".

use fastrs::prelude::*;
use fastrs::{Value, json};

#[model]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
}

#[model]
struct User {
    username: String,
    full_name: Option<String>,
}

pub(crate) mod tutorial001 {
    use super::*;

    #[put("/items/<item_id>")]
    async fn update_item(
        #[path(title = "The ID of the item to get", ge = 0, le = 1000)] item_id: i64,
        q: Option<String>,
        item: Option<Item>,
    ) -> Value {
        let mut results = json!({"item_id": item_id});
        if let Some(q) = q.filter(|q| !q.is_empty()) {
            results["q"] = json!(q);
        }
        if let Some(item) = item {
            results["item"] = json!(item);
        }
        results
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item, user: User) -> Value {
        json!({"item_id": item_id, "item": item, "user": user})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item, user: User, #[body] importance: i64) -> Value {
        json!({"item_id": item_id, "item": item, "user": user, "importance": importance})
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
    async fn update_item(
        item_id: i64,
        item: Item,
        user: User,
        #[body(gt = 0)] importance: i64,
        q: Option<String>,
    ) -> Value {
        let mut results =
            json!({"item_id": item_id, "item": item, "user": user, "importance": importance});
        if let Some(q) = q.filter(|q| !q.is_empty()) {
            results["q"] = json!(q);
        }
        results
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

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
