use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> dyn IntoResponse {
    Html(String::new())
}

fn main() {}
