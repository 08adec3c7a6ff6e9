use fastrs::prelude::*;

#[model(strict)]
#[model]
struct Item {
    name: String,
}

fn main() {}
