use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[security] token: String) -> String {
    token
}

fn main() {}
