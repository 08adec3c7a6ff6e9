use fastrs::prelude::*;

#[get("/items")]
fn read_items() -> u64 {
    1
}

fn main() {}
