use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_items(#[query] items: Vec<Item>) -> bool {
    items.is_empty()
}

fn main() {}
