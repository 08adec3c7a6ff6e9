use fastrs::prelude::*;

#[dependency]
async fn verify() {}

#[get("/items", depends = [Depends(verify)])]
async fn read_items() -> u64 {
    1
}

fn main() {}
