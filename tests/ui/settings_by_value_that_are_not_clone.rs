use fastrs::prelude::*;

#[settings]
struct Settings {
    limit: u32,
}

#[get("/limit")]
async fn read_limit(#[depends(Settings)] settings: Settings) -> u32 {
    settings.limit
}

fn main() {}
