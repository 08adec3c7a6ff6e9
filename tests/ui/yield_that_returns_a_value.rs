use fastrs::prelude::*;

#[dependency]
async fn transaction(lend: Yield<u64>) -> u64 {
    lend.until_done(1).await.0
}

fn main() {}
