use fastrs::{http, prelude::*};

#[middleware]
async fn timed(request: http::Request<Body>, next: Next) -> Result<Response, std::fmt::Error> {
    Ok(next.run(request).await)
}

fn main() {}
