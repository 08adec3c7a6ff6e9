use fastrs::prelude::*;

use std::cell::Cell;

#[dependency(scope = "app")]
async fn counter() -> Cell<u64> {
    Cell::new(1)
}

fn main() {}
