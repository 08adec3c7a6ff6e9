use fastrs::prelude::*;

#[dependency(scop = "app")]
async fn settings() -> u64 {
    1
}

fn main() {}
