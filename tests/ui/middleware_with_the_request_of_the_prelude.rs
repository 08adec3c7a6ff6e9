use fastrs::prelude::*;

#[middleware]
async fn timed(request: Request, next: Next) -> Response {
    drop((request.path(), next));
    Response::default()
}

fn main() {}
