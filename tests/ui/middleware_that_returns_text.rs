use fastrs::{http, prelude::*};

#[middleware]
async fn timed(request: http::Request<Body>, next: Next) -> String {
    next.run(request).await;
    "done".into()
}

fn main() {}
