use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query(ge: 1)] limit: u32) -> u32 {
    limit
}

fn main() {}
