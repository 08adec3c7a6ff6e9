use fastrs::prelude::*;

use fastrs::http::request::Parts;

#[post("/items")]
async fn create_item(parts: Parts) -> bool {
    parts.uri.path().is_empty()
}

fn main() {}
