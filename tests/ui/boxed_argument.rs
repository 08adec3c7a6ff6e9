use fastrs::prelude::*;

#[model]
struct Item {
    id: u64,
}

#[post("/items")]
async fn create_item(item: Box<Item>) -> u64 {
    item.id
}

fn main() {}
