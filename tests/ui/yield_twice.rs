use fastrs::prelude::*;

#[dependency]
async fn transaction(lend: Yield<u64>, again: Yield<u64>) {
    drop(again);
    lend.until_done(1).await;
}

fn main() {}
