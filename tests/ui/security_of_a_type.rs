use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[security(fastrs::security::OAuth2PasswordBearer)] token: String) -> String {
    token
}

fn main() {}
