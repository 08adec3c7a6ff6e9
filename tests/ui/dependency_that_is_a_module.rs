use fastrs::prelude::*;

mod current_user {}

#[get("/items")]
async fn read_items(#[depends(current_user)] user: &u64) -> u64 {
    *user
}

fn main() {}
