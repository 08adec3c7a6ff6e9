use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(item: Item, #[form] note: String) -> Item {
    drop(note);
    item
}

fn main() {}
