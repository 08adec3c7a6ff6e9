use fastrs::prelude::*;

struct Item;

#[get("/items")]
async fn read_item() -> Result<Item> {
    Ok(Item)
}

fn main() {}
