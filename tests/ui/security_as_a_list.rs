use fastrs::prelude::*;
use fastrs::security::ApiKeyQuery;

const KEY: ApiKeyQuery = ApiKeyQuery::new("key");

#[get("/items")]
async fn read_items(#[security(KEY)] keys: Vec<String>) -> usize {
    keys.len()
}

fn main() {}
