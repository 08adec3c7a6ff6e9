use fastrs::prelude::*;

#[settings]
struct Settings(String, u32);

#[get("/items")]
async fn read_items(#[depends(Settings)] settings: &Settings) -> u32 {
    settings.1
}

fn main() {}
