use fastrs::prelude::*;

struct Connection(u64);

#[settings(prefix = "SHOP_")]
struct Settings {
    connection: Option<Connection>,
}

#[get("/items")]
async fn read_items(#[depends(Settings)] settings: &Settings) -> u64 {
    settings.connection.as_ref().map_or(0, |connection| connection.0)
}

fn main() {}
