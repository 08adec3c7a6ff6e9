use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items", data = "<item>")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
