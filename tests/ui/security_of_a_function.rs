use fastrs::prelude::*;
use fastrs::security::HttpBearer;

fn bearer() -> HttpBearer {
    HttpBearer::new()
}

#[get("/items")]
async fn items(#[security(bearer)] token: &str) -> usize {
    token.len()
}

fn main() {}
