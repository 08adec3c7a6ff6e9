use fastrs::prelude::*;

#[get("/items")]
async fn read_items(lend: Yield<u64>) -> u64 {
    lend.until_done(1).await.0
}

fn main() {}
