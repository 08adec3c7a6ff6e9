use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[default = 10] limit: u32) -> u32 {
    limit
}

fn main() {}
