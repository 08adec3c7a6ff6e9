use fastrs::prelude::*;

#[get("/items")]
async fn read_items(reply: Reply) -> u64 {
    drop(reply);
    1
}

fn main() {}
