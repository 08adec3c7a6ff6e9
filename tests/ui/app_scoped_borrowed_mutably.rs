use fastrs::prelude::*;

#[dependency(scope = "app")]
async fn settings() -> u64 {
    1
}

#[get("/items")]
async fn read_items(#[depends(settings)] settings: &mut u64) -> u64 {
    *settings
}

fn main() {}
