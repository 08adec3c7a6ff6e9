use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[dependency]
async fn current_user(#[security(OAUTH2)] token: String) -> String {
    token
}

#[get("/items", depends = [Security(current_user)])]
async fn read_items() -> u64 {
    1
}

fn main() {}
