use fastrs::prelude::*;

#[model]
struct Item {
    #[serde(renam = "itemName")]
    name: String,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
