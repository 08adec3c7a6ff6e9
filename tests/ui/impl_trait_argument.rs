use fastrs::prelude::*;

#[get("/items")]
async fn read_items(limit: impl Into<u64>) -> u64 {
    limit.into()
}

fn main() {}
