use fastrs::prelude::*;
use std::rc::Rc;

#[dependency]
async fn counter() -> Rc<u64> {
    Rc::new(1)
}

#[get("/count")]
async fn count(#[depends(counter)] counter: &Rc<u64>) -> u64 {
    **counter
}

fn main() {}
