use fastrs::prelude::*;
use fastrs::security::HttpBearer;

const BEARER: HttpBearer = HttpBearer::new();

#[get("/items", public)]
async fn items(#[security(BEARER)] token: &str) -> usize {
    token.len()
}

fn main() {}
