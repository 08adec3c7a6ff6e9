use fastrs::prelude::*;

#[get("/items", status = 99)]
async fn read_items() -> u64 {
    1
}

fn main() {}
