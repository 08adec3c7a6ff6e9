use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[get("/items", depends = [OAUTH2])]
async fn read_items() -> u64 {
    1
}

fn main() {}
