use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[qurey] limit: u64) -> u64 {
    limit
}

fn main() {}
