use fastrs::prelude::*;

#[get("/items")]
async fn read_items<T: Send>(limit: u64) -> u64 {
    limit
}

fn main() {}
