use fastrs::prelude::*;

#[get("/ticks")]
async fn ticks() -> Sse<u64> {
    Sse::new(vec![1, 2, 3])
}

fn main() {}
