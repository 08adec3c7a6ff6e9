use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[depends(5)] user: &u64) -> u64 {
    *user
}

fn main() {}
