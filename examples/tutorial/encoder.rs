//! FastAPI's tutorial, "JSON Compatible Encoder".

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDateTime;
use fastrs::Value;
use fastrs::prelude::*;

pub(crate) mod tutorial001 {
    use super::*;

    type Database = Mutex<HashMap<String, Value>>;

    #[dependency(scope = "app")]
    async fn database() -> Database {
        Mutex::default()
    }

    #[model]
    struct Item {
        title: String,
        timestamp: NaiveDateTime,
        description: Option<String>,
    }

    #[put("/items/<id>")]
    async fn update_item(id: String, item: Item, #[depends(database)] database: &Database) {
        let mut items = database.lock().unwrap_or_else(PoisonError::into_inner);
        items.insert(id, json!(item));
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![update_item])
    }
}
