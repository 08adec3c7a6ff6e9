use fastrs::prelude::*;

async fn token() -> u64 {
    1
}

#[dependency]
async fn current_user() -> u64 {
    1
}

#[get("/items")]
async fn read_items(#[depends(token)] token: &u64, #[depends(current_user)] user: &u64) -> u64 {
    *token + *user
}

fn main() {}
