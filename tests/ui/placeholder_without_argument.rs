use fastrs::prelude::*;

#[get("/items/<item_id>")]
async fn read_item(id: u64) -> u64 {
    id
}

fn main() {}
