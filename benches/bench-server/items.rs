//! A list of a hundred objects, serialized for each request.

use std::sync::Arc;

use fastrs::prelude::*;

#[model]
pub struct Item {
    id: u64,
    name: String,
    price: f64,
    quantity: u32,
    in_stock: bool,
    category: String,
}

#[dependency(scope = "app")]
pub async fn items() -> Arc<[Item]> {
    let item = |id: u32| Item {
        id: id.into(),
        name: format!("Item number {id}"),
        price: f64::from(id) * 1.25 + 0.5,
        quantity: id * 7 % 50,
        in_stock: !id.is_multiple_of(3),
        category: format!("category-{}", id % 10),
    };
    (0..100).map(item).collect()
}

#[get("/items")]
pub async fn list_items(#[depends(items)] items: Arc<[Item]>) -> Arc<[Item]> {
    items
}
