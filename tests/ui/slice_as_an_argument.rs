use fastrs::prelude::*;

#[get("/items")]
async fn read_items(ids: [u64]) -> usize {
    ids.len()
}

fn main() {}
