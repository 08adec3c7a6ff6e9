use fastrs::prelude::*;

#[model]
struct Item {
    name: &str,
}

fn main() {}
