use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[get("/items")]
async fn read_items(#[depends(OAUTH2)] token: String) -> String {
    token
}

fn main() {}
