use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[get("/items/<item>")]
async fn read_item(#[path] item: Item) -> Item {
    item
}

fn main() {}
