use fastrs::prelude::*;

#[model]
#[serde(skip_serializing_if = "Option::is_none")]
struct Item {
    name: Option<String>,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item
}

fn main() {}
