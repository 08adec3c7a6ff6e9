use fastrs::prelude::*;

#[dependency]
async fn user(#[depends(user)] user: &u64) -> u64 {
    *user
}

fn main() {}
