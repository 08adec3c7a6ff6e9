use fastrs::prelude::*;
use fastrs::security::ApiKeyCookie;

const COOKIE: ApiKeyCookie = ApiKeyCookie::new("key");

#[get("/items")]
async fn read_items(#[security(COOKIE)] key: &str) -> String {
    key.to_owned()
}

fn main() {}
