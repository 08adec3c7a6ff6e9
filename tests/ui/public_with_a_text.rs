use fastrs::prelude::*;

#[get("/items", public = "yes")]
async fn read_items() -> u64 {
    1
}

fn main() {}
