use fastrs::prelude::*;

struct Item;

#[get("/items")]
async fn read_item() -> Json<Item> {
    Json(Item)
}

fn main() {}
