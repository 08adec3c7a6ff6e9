use fastrs::{http, prelude::*};

#[middleware]
async fn timed(request: http::Request<Body>) -> Response {
    drop(request);
    Response::default()
}

fn main() {}
