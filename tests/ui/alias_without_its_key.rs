use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[header("X-Token")] token: String) -> bool {
    token.is_empty()
}

fn main() {}
