use fastrs::prelude::*;
use fastrs::security::HttpBasicCredentials;

#[get("/items")]
async fn read_items(credentials: HttpBasicCredentials) -> String {
    credentials.username
}

fn main() {}
