use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[dependency(scope = "app")]
async fn settings(#[security(OAUTH2)] token: String) -> String {
    token
}

#[get("/items")]
async fn read_items(#[depends(settings)] settings: &String) -> usize {
    settings.len()
}

fn main() {}
