use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query] limit: Result<u64, String>) -> bool {
    limit.is_ok()
}

fn main() {}
