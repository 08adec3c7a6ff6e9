use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

#[get("/items")]
async fn read_items(token: OAuth2PasswordBearer) {
    let _ = token;
}

fn main() {}
