use fastrs::prelude::*;

use std::rc::Rc;

async fn load() {}

#[dependency]
async fn count() -> u64 {
    let count = Rc::new(1);
    load().await;
    *count
}

fn main() {}
