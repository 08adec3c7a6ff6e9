use fastrs::{Broadcast, prelude::*};

#[dependency(scope = "app")]
async fn prices() -> Broadcast<u32> {
    Broadcast::new(16)
}

#[get("/prices")]
async fn read_prices(#[depends(prices)] prices: &Broadcast<u32>) -> Sse<u32> {
    Sse::new(prices)
}

fn main() {}
