use fastrs::prelude::*;

struct Pool;

#[dependency(scope = "app")]
async fn pool(lend: Yield<Pool>) {
    lend.until_done(Pool).await;
}

fn main() {}
