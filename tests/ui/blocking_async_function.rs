use fastrs::prelude::*;

#[get("/items", blocking)]
async fn read_items() -> u64 {
    1
}

fn main() {}
