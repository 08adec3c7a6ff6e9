use fastrs::prelude::*;

#[get("/items")]
async fn read_items(limit: u32 = 10) -> u32 {
    limit
}

fn main() {}
