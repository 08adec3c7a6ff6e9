use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> impl IntoResponse {
    1
}

fn main() {}
