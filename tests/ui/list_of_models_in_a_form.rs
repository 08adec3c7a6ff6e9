use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_items(#[form] items: Option<Vec<Item>>) -> bool {
    items.is_none()
}

fn main() {}
