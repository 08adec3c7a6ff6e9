use fastrs::prelude::*;

#[get("/items")]
async fn read_items(limit: Result<u64>) -> u64 {
    limit.unwrap_or(10)
}

fn main() {}
