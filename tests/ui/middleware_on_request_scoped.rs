use fastrs::{http, prelude::*};

#[dependency]
async fn user(#[header] x_user: String) -> String {
    x_user
}

#[middleware]
async fn timed(request: http::Request<Body>, next: Next, #[depends(user)] user: &String) -> Response {
    drop(user.clone());
    next.run(request).await
}

fn main() {}
