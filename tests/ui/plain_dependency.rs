use fastrs::prelude::*;

#[dependency]
fn settings() -> u64 {
    1
}

fn main() {}
