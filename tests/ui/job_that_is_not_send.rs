use fastrs::prelude::*;
use std::rc::Rc;

async fn tick() {}

#[job]
async fn nightly() {
    let count = Rc::new(1);
    tick().await;
    drop(count);
}

fn main() {}
