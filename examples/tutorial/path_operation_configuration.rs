//! FastAPI's tutorial, "Path Operation Configuration".

use std::collections::BTreeSet;

use fastrs::prelude::*;
use fastrs::{Value, json};

#[model]
struct Item {
    name: String,
    description: Option<String>,
    price: f64,
    tax: Option<f64>,
    #[field(default)]
    tags: BTreeSet<String>,
}

pub(crate) mod tutorial001 {
    use super::*;

    #[post("/items/", status = StatusCode::CREATED)]
    async fn create_item(item: Item) -> Item {
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[post("/items/", tags = ["items"])]
    async fn create_item(item: Item) -> Item {
        item
    }

    #[get("/items/", tags = ["items"])]
    async fn read_items() -> Value {
        json!([{"name": "Foo", "price": 42}])
    }

    #[get("/users/", tags = ["users"])]
    async fn read_users() -> Value {
        json!([{"username": "johndoe"}])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item, read_items, read_users])
    }
}

pub(crate) mod tutorial002b {
    use super::*;

    const ITEMS: &str = "items";
    const USERS: &str = "users";

    #[get("/items/", tags = [ITEMS])]
    async fn get_items() -> Value {
        json!(["Portal gun", "Plumbus"])
    }

    #[get("/users/", tags = [USERS])]
    async fn read_users() -> Value {
        json!(["Rick", "Morty"])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![get_items, read_users])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[post(
        "/items/",
        summary = "Create an item",
        description = "Create an item with all the information, name, description, price, tax and a set of unique tags"
    )]
    async fn create_item(item: Item) -> Item {
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    /// Create an item with all the information:
    ///
    /// - **name**: each item must have a name
    /// - **description**: a long description
    /// - **price**: required
    /// - **tax**: if the item doesn't have tax, you can omit this
    /// - **tags**: a set of unique tag strings for this item
    #[post("/items/", summary = "Create an item")]
    async fn create_item(item: Item) -> Item {
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    /// Create an item with all the information:
    ///
    /// - **name**: each item must have a name
    /// - **description**: a long description
    /// - **price**: required
    /// - **tax**: if the item doesn't have tax, you can omit this
    /// - **tags**: a set of unique tag strings for this item
    #[post(
        "/items/",
        summary = "Create an item",
        response_description = "The created item"
    )]
    async fn create_item(item: Item) -> Item {
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_item])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[get("/items/", tags = ["items"])]
    async fn read_items() -> Value {
        json!([{"name": "Foo", "price": 42}])
    }

    #[get("/users/", tags = ["users"])]
    async fn read_users() -> Value {
        json!([{"username": "johndoe"}])
    }

    #[get("/elements/", tags = ["items"], deprecated)]
    async fn read_elements() -> Value {
        json!([{"item_id": "Foo"}])
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items, read_users, read_elements])
    }
}
