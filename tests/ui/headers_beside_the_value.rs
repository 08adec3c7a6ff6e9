use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> (StatusCode, Headers, u64) {
    (StatusCode::OK, Headers::new(), 1)
}

fn main() {}
