//! FastAPI's tutorial, "Body - Updates".

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use fastrs::prelude::*;

#[model]
#[derive(Clone)]
struct Item {
    name: Option<String>,
    description: Option<String>,
    price: Option<f64>,
    #[field(default = 10.5)]
    tax: f64,
    #[field(default)]
    tags: Vec<String>,
}

type Items = BTreeMap<String, Item>;

fn items() -> MutexGuard<'static, Items> {
    static ITEMS: LazyLock<Mutex<Items>> = LazyLock::new(|| {
        let item = |name: &str, description: Option<&str>, price, tax| Item {
            name: Some(name.to_owned()),
            description: description.map(str::to_owned),
            price: Some(price),
            tax,
            tags: Vec::new(),
        };
        Mutex::new(BTreeMap::from([
            ("foo".to_owned(), item("Foo", None, 50.2, 10.5)),
            (
                "bar".to_owned(),
                item("Bar", Some("The bartenders"), 62.0, 20.2),
            ),
            ("baz".to_owned(), item("Baz", None, 50.2, 10.5)),
        ]))
    });
    ITEMS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[get("/items/<item_id>")]
async fn read_item(item_id: String) -> Result<Item> {
    items().get(&item_id).cloned().or_404("Item not found")
}

pub(crate) mod tutorial001 {
    use super::*;

    #[put("/items/<item_id>")]
    async fn update_item(item_id: String, item: Item) -> Item {
        items().insert(item_id, item.clone());
        item
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item, update_item])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[patch("/items/<item_id>")]
    async fn update_item(item_id: String, item: Partial<Item>) -> Result<Item> {
        let mut items = items();
        let stored_item = items.get_mut(&item_id).or_404("Item not found")?;
        item.apply_to(stored_item);
        Ok(stored_item.clone())
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![read_item, update_item])
    }
}
