use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[post("/items")]
async fn create_item(Json(item): Json<Item>) -> Json<Item> {
    Json(item)
}

fn main() {}
