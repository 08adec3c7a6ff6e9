use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

#[dependency]
async fn current_user(#[security(OAUTH2)] token: Option<&String>) -> Option<String> {
    token.cloned()
}

fn main() {}
