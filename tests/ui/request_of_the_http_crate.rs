use fastrs::prelude::*;

#[post("/items")]
async fn create_item(request: &fastrs::http::Request<fastrs::Body>) -> bool {
    request.uri().path().is_empty()
}

fn main() {}
