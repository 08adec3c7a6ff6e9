use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
}

#[get("/items")]
async fn read_items() -> [Item] {
    []
}

fn main() {}
