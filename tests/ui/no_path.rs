use fastrs::prelude::*;

#[get]
async fn read_items() -> u64 {
    1
}

fn main() {}
