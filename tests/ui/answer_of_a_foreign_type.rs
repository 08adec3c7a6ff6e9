use fastrs::prelude::*;

struct Item;

#[get("/items")]
async fn read_item() -> Item {
    Item
}

fn main() {}
