use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[dependency]
async fn current_user(#[security(OAUTH2)] token: String) -> String {
    token
}

#[get("/items")]
async fn read_items(#[depends(current_user, scope = ["items"])] user: String) -> String {
    user
}

fn main() {}
