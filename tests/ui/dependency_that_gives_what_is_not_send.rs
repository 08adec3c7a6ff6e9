use fastrs::prelude::*;
use std::rc::Rc;

#[dependency]
async fn counter() -> Rc<u64> {
    Rc::new(1)
}

fn main() {}
