use fastrs::prelude::*;

use std::rc::Rc;

async fn load() {}

#[get("/items")]
async fn read_items() -> u64 {
    let count = Rc::new(1);
    load().await;
    *count
}

fn main() {}
