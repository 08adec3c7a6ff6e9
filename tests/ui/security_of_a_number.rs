use fastrs::prelude::*;

const LIMIT: u32 = 5;

#[get("/items")]
async fn read_items(#[security(LIMIT)] token: String) -> String {
    token
}

fn main() {}
