use fastrs::prelude::*;

use std::any::Any;

#[model]
struct Item {
    anything: Box<dyn Any>,
}

fn main() {}
