use fastrs::prelude::*;

struct Item {
    name: String,
}

#[patch("/item")]
async fn update_item(item: Partial<Item>) {
    drop(item);
}

fn main() {}
