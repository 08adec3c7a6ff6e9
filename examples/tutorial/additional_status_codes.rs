//! FastAPI's tutorial, "Additional Status Codes".

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    #[model]
    #[derive(Clone)]
    struct Item {
        #[field(required)]
        name: Option<String>,
        #[field(required)]
        size: Option<i64>,
    }

    type Items = Mutex<HashMap<String, Item>>;

    #[dependency(scope = "app")]
    async fn items() -> Items {
        let item = |name: &str, size| Item {
            name: Some(name.into()),
            size: Some(size),
        };
        let items = [("foo", item("Fighters", 6)), ("bar", item("Tenders", 3))];
        Mutex::new(items.map(|(id, item)| (id.into(), item)).into())
    }

    #[derive(IntoResponse)]
    enum Upsert {
        #[status(200)]
        Updated(Item),
        #[status(201)]
        Created(Item),
    }

    #[put("/items/<item_id>")]
    async fn upsert_item(
        item_id: String,
        #[body] name: Option<String>,
        #[body] size: Option<i64>,
        #[depends(items)] items: &Items,
    ) -> Upsert {
        let item = Item { name, size };
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        match items.insert(item_id, item.clone()) {
            Some(_) => Upsert::Updated(item),
            None => Upsert::Created(item),
        }
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![upsert_item])
    }
}
