use fastrs::prelude::*;

#[model]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(item: Item) -> Item {
    item.clone()
}

fn main() {}
