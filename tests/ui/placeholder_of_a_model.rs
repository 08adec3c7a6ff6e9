use fastrs::prelude::*;

#[model]
struct Item {
    id: u64,
}

#[get("/items/<item>")]
async fn read_item(item: Item) -> u64 {
    item.id
}

fn main() {}
