use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query(ge = 3, default = 2)] limit: u64) -> u64 {
    limit
}

fn main() {}
