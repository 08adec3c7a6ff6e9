use fastrs::prelude::*;

#[dependency]
async fn settings() -> u64;

fn main() {}
