//! FastAPI's tutorial, "Declare Request Example Data".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    #[model(examples = [json!({
        "name": "Foo",
        "description": "A very nice Item",
        "price": 35.4,
        "tax": 3.2,
    })])]
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
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
        #[field(examples = [json!("Foo")])]
        name: String,
        #[field(examples = [json!("A very nice Item")])]
        description: Option<String>,
        #[field(examples = [json!(35.4)])]
        price: f64,
        #[field(examples = [json!(3.2)])]
        tax: Option<f64>,
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
    }

    #[put("/items/<item_id>")]
    async fn update_item(
        item_id: i64,
        #[body(examples = [json!({
            "name": "Foo",
            "description": "A very nice Item",
            "price": 35.4,
            "tax": 3.2,
        })])]
        item: Item,
    ) -> Value {
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
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(
        item_id: i64,
        #[body(examples = [
            json!({
                "name": "Foo",
                "description": "A very nice Item",
                "price": 35.4,
                "tax": 3.2,
            }),
            json!({
                "name": "Bar",
                "price": "35.4",
            }),
            json!({
                "name": "Baz",
                "price": "thirty five point four",
            }),
        ])]
        item: Item,
    ) -> Value {
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
    struct Item {
        name: String,
        description: Option<String>,
        price: f64,
        tax: Option<f64>,
    }

    #[put("/items/<item_id>")]
    async fn update_item(
        item_id: i64,
        #[body(openapi_examples = json!({
            "normal": {
                "summary": "A normal example",
                "description": "A **normal** item works correctly.",
                "value": {
                    "name": "Foo",
                    "description": "A very nice Item",
                    "price": 35.4,
                    "tax": 3.2,
                },
            },
            "converted": {
                "summary": "An example with converted data",
                "description": "FastAPI can convert price `strings` to actual `numbers` automatically",
                "value": {
                    "name": "Bar",
                    "price": "35.4",
                },
            },
            "invalid": {
                "summary": "Invalid data is rejected with an error",
                "value": {
                    "name": "Baz",
                    "price": "thirty five point four",
                },
            },
        }))]
        item: Item,
    ) -> Value {
        json!({"item_id": item_id, "item": item})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}
