//! FastAPI's tutorial, "Path Parameters and Numeric Validations".

use fastrs::prelude::*;
use fastrs::{Value, json};

// The response of every path operation in this chapter: an empty `q` is left out.
fn results(item_id: i64, q: &str) -> Value {
    let mut results = json!({"item_id": item_id});
    if !q.is_empty() {
        results["q"] = json!(q);
    }
    results
}

pub(crate) mod tutorial001 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_items(
        #[path(title = "The ID of the item to get")] item_id: i64,
        #[query(alias = "item-query")] q: Option<String>,
    ) -> Value {
        results(item_id, q.as_deref().unwrap_or_default())
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_items(
        q: String,
        #[path(title = "The ID of the item to get")] item_id: i64,
    ) -> Value {
        results(item_id, &q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_items(
        #[path(title = "The ID of the item to get")] item_id: i64,
        q: String,
    ) -> Value {
        results(item_id, &q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_items(
        #[path(title = "The ID of the item to get", ge = 1)] item_id: i64,
        q: String,
    ) -> Value {
        results(item_id, &q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_items(
        #[path(title = "The ID of the item to get", gt = 0, le = 1000)] item_id: i64,
        q: String,
    ) -> Value {
        results(item_id, &q)
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_items(
        #[path(title = "The ID of the item to get", ge = 0, le = 1000)] item_id: i64,
        q: String,
        #[query(gt = 0, lt = 10.5)] size: f64,
    ) -> Value {
        let mut results = results(item_id, &q);
        if size != 0.0 {
            results["size"] = json!(size);
        }
        results
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_items])
    }
}
