use fastrs::prelude::*;

#[get("/items/:id")]
async fn read_item(id: u64) -> u64 {
    id
}

fn main() {}
