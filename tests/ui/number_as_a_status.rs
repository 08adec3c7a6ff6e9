use fastrs::prelude::*;

#[model]
struct Item {
    id: u64,
}

#[post("/items")]
async fn create_item() -> (u16, Item) {
    (201, Item { id: 1 })
}

fn main() {}
