use fastrs::prelude::*;

#[model]
#[serde(rename_al = "camelCase")]
struct Item {
    item_name: String,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
