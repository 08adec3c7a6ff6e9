use fastrs::prelude::*;

#[model]
struct Item {
    id: u64,
}

#[post("/items")]
async fn create_item() -> Result<(u16, Item)> {
    Ok((201, Item { id: 1 }))
}

fn main() {}
