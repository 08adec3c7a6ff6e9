use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(item: Json<Item>) -> Item {
    item.0
}

fn main() {}
