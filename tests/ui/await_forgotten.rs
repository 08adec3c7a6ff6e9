use fastrs::prelude::*;

async fn load() -> u64 {
    1
}

#[get("/items")]
async fn read_items() -> u64 {
    load()
}

fn main() {}
