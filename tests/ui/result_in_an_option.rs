use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query] limit: Option<Result<u64, String>>) -> bool {
    limit.is_some()
}

fn main() {}
