use fastrs::prelude::*;

#[dependency]
async fn verify() {}

#[get("/items")]
#[depends(verify)]
async fn read_items() -> u64 {
    1
}

fn main() {}
