use fastrs::prelude::*;
use fastrs::security::HttpBearer;

const BEARER: HttpBearer = HttpBearer::new();

#[dependency]
async fn token(#[security(BEARER)] token: &str) -> String {
    token.to_owned()
}

#[dependency]
async fn current_user(#[depends(token)] token: &String) -> Result<String> {
    Ok(token.to_owned())
}

#[get("/items", public, depends = [current_user])]
async fn items() -> u64 {
    1
}

fn main() {}
