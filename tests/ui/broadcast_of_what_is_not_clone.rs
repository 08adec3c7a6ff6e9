use fastrs::{Broadcast, prelude::*};

struct Price {
    price: u32,
}

#[dependency(scope = "app")]
async fn prices() -> Broadcast<Price> {
    Broadcast::new(16)
}

#[put("/price/<price>")]
async fn set_price(price: u32, #[depends(prices)] prices: &Broadcast<Price>) -> Result<()> {
    prices.publish(Price { price }).await
}

fn main() {}
