use fastrs::prelude::*;
use std::rc::Rc;

#[dependency]
async fn counter(lend: Yield<Rc<u64>>) {
    let (_, _) = lend.until_done(Rc::new(1)).await;
}

#[get("/count")]
async fn count(#[depends(counter)] counter: &Rc<u64>) -> u64 {
    **counter
}

fn main() {}
