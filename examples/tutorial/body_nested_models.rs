//! FastAPI's tutorial, "Body - Nested Models".

use std::collections::{BTreeMap, BTreeSet};

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: Vec<Value>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial002 {
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

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: BTreeSet<String>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[model]
    struct Image {
        url: String,
        name: String,
    }

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: BTreeSet<String>,
        image: Option<Image>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[model]
    struct Image {
        url: Url,
        name: String,
    }

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: BTreeSet<String>,
        image: Option<Image>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[model]
    struct Image {
        url: Url,
        name: String,
    }

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: BTreeSet<String>,
        images: Option<Vec<Image>>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(item_id: i64, item: Item) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}

pub(crate) mod tutorial007 {
    use super::*;

    #[model]
    struct Image {
        url: Url,
        name: String,
    }

    #[model]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
        #[field(default)]
        tags: BTreeSet<String>,
        images: Option<Vec<Image>>,
    }

    #[model]
    struct Offer {
        name: String,
        description: Option<String>,
        price: f64,
        items: Vec<Item>,
    }

    #[post("/offers/")]
    async fn create_offer(offer: Offer) -> Value {
        json!(offer)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_offer])
    }
}

pub(crate) mod tutorial008 {
    use super::*;

    #[model]
    struct Image {
        url: Url,
        name: String,
    }

    #[post("/images/multiple/")]
    async fn create_multiple_images(images: Vec<Image>) -> Value {
        json!(images)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_multiple_images])
    }
}

pub(crate) mod tutorial009 {
    use super::*;

    #[post("/index-weights/")]
    async fn create_index_weights(#[body] weights: BTreeMap<i64, f64>) -> Value {
        json!(weights)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_index_weights])
    }
}
