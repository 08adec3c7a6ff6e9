use fastrs::prelude::*;

#[post("/items")]
async fn create_item(request: Request<Body>) -> bool {
    request.uri().path().is_empty()
}

fn main() {}
