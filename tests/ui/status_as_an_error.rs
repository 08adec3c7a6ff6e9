use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> Result<u64, StatusCode> {
    Err(StatusCode::NOT_FOUND)
}

fn main() {}
