use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[get("/items")]
async fn read_items(#[security(OAUTH2)] token: u64) -> u64 {
    token
}

fn main() {}
