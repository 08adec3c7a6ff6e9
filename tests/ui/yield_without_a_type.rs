use fastrs::prelude::*;

#[dependency]
async fn transaction(lend: Yield) {
    let (_, _) = lend.until_done(1).await;
}

fn main() {}
