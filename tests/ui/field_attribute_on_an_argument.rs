use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[field(ge = 1)] limit: u32) -> u32 {
    limit
}

fn main() {}
