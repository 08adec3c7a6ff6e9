use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query] rows: Vec<Vec<u64>>) -> bool {
    rows.is_empty()
}

fn main() {}
