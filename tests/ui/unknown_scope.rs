use fastrs::prelude::*;

#[dependency(scope = "session")]
async fn settings() -> u64 {
    1
}

fn main() {}
