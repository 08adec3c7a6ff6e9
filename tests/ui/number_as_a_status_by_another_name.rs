use fastrs::prelude::*;

#[model]
struct Item {
    id: u64,
}

type Created = (u16, Item);

#[post("/items")]
async fn create_item() -> Created {
    (201, Item { id: 1 })
}

fn main() {}
