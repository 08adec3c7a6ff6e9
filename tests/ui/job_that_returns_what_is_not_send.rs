use fastrs::prelude::*;
use std::rc::Rc;

#[job]
async fn nightly() -> Rc<u64> {
    Rc::new(1)
}

fn main() {}
