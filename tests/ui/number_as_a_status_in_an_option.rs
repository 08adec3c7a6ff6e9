use fastrs::prelude::*;

#[model]
struct Item {
    id: u64,
}

#[post("/items")]
async fn create_item() -> Option<(u16, Item)> {
    Some((201, Item { id: 1 }))
}

fn main() {}
