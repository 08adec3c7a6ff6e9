//! FastAPI's tutorial, "Query Parameters".

use fastrs::prelude::*;
use fastrs::{Value, json};

pub(crate) mod tutorial001 {
    use super::*;

    const FAKE_ITEMS_DB: [&str; 3] = ["Foo", "Bar", "Baz"];

    #[get("/items/")]
    async fn read_item(
        #[query(default = 0)] skip: i64,
        #[query(default = 10)] limit: i64,
    ) -> Value {
        let (skip, limit) = (skip.max(0) as usize, limit.max(0) as usize);
        FAKE_ITEMS_DB
            .iter()
            .skip(skip)
            .take(limit)
            .map(|item_name| json!({"item_name": item_name}))
            .collect()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_item(item_id: String, q: Option<String>) -> Value {
        match q.filter(|q| !q.is_empty()) {
            Some(q) => json!({"item_id": item_id, "q": q}),
            None => json!({"item_id": item_id}),
        }
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_item(
        item_id: String,
        q: Option<String>,
        #[query(default = false)] short: bool,
    ) -> Value {
        let mut item = json!({"item_id": item_id});
        if let Some(q) = q.filter(|q| !q.is_empty()) {
            item["q"] = json!(q);
        }
        if !short {
            item["description"] = json!("This is an amazing item that has a long description");
        }
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item])
    }
}

pub(crate) mod tutorial004 {
    use super::*;

    #[get("/users/<user_id>/items/<item_id>")]
    async fn read_user_item(
        user_id: i64,
        item_id: String,
        q: Option<String>,
        #[query(default = false)] short: bool,
    ) -> Value {
        let mut item = json!({"item_id": item_id, "owner_id": user_id});
        if let Some(q) = q.filter(|q| !q.is_empty()) {
            item["q"] = json!(q);
        }
        if !short {
            item["description"] = json!("This is an amazing item that has a long description");
        }
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_user_item])
    }
}

pub(crate) mod tutorial005 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_user_item(item_id: String, needy: String) -> Value {
        json!({"item_id": item_id, "needy": needy})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_user_item])
    }
}

pub(crate) mod tutorial006 {
    use super::*;

    #[get("/items/<item_id>")]
    async fn read_user_item(
        item_id: String,
        needy: String,
        #[query(default = 0)] skip: i64,
        limit: Option<i64>,
    ) -> Value {
        json!({"item_id": item_id, "needy": needy, "skip": skip, "limit": limit})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_user_item])
    }
}
