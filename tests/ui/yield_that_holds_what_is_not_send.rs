use fastrs::prelude::*;
use std::rc::Rc;

#[dependency]
async fn transaction(lend: Yield<u64>) {
    let log = Rc::new(1);
    let (_, _) = lend.until_done(1).await;
    drop(log);
}

#[get("/count")]
async fn count(#[depends(transaction)] transaction: &u64) -> u64 {
    *transaction
}

fn main() {}
