use fastrs::{Broadcast, prelude::*};

#[derive(Clone)]
struct Tick {
    n: u64,
}

#[dependency(scope = "app")]
async fn clock() -> Broadcast<Tick> {
    Broadcast::new(16)
}

#[get("/ticks")]
async fn ticks(#[depends(clock)] clock: &Broadcast<Tick>) -> Sse<Tick> {
    Sse::new(clock.subscribe())
}

fn main() {}
