use fastrs::prelude::*;

#[get("/items", status = 201, status = 202)]
async fn read_items() -> u64 {
    1
}

fn main() {}
