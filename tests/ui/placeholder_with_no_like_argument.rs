use fastrs::prelude::*;

#[get("/items/<item_id>")]
async fn read_item() -> u64 {
    1
}

fn main() {}
