use fastrs::prelude::*;

struct Item;

#[get("/items")]
async fn read_items() -> Vec<Item> {
    vec![Item]
}

fn main() {}
