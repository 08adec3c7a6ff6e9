use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(raw: Bytes, item: Item) -> Item {
    drop(raw);
    item
}

fn main() {}
