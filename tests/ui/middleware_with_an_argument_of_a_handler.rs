use fastrs::{http, prelude::*};

#[middleware]
async fn timed(request: http::Request<Body>, next: Next, #[header] x_user: String) -> Response {
    drop(x_user);
    next.run(request).await
}

fn main() {}
