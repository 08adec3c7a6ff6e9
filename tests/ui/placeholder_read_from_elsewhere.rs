use fastrs::prelude::*;

#[get("/items/<id>")]
async fn read_item(#[query] id: u64) -> u64 {
    id
}

fn main() {}
