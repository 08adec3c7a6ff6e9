use fastrs::prelude::*;

#[dependency]
async fn name(name: &str) -> &str {
    name
}

fn main() {}
