use fastrs::prelude::*;

#[get("/items", staus = 201)]
async fn read_items() -> u64 {
    1
}

fn main() {}
