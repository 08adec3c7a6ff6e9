use fastrs::{http, prelude::*};

#[middleware]
fn timed(request: http::Request<Body>, next: Next) -> Response {
    drop((request, next));
    Response::default()
}

fn main() {}
