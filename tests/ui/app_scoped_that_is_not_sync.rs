use fastrs::prelude::*;

use std::cell::Cell;

#[dependency(scope = "app")]
async fn counter() -> Cell<u64> {
    Cell::new(1)
}

#[get("/count")]
async fn count(#[depends(counter)] counter: &Cell<u64>) -> u64 {
    counter.get()
}

fn main() {}
