use fastrs::{http, prelude::*};

#[middleware("http")]
async fn timed(request: http::Request<Body>, next: Next) -> Response {
    next.run(request).await
}

fn main() {}
