use fastrs::prelude::*;

#[dependency(scope = "app")]
async fn settings(limit: u64) -> u64 {
    limit
}

fn main() {}
