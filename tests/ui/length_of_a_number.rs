use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query(min_length = 3)] limit: u64) -> u64 {
    limit
}

fn main() {}
