use fastrs::prelude::*;

async fn token() -> u64 {
    1
}

#[dependency]
async fn current_user(#[depends(token)] token: &u64) -> u64 {
    *token
}

fn main() {}
