use fastrs::prelude::*;

#[model]
struct Item {
    sizes: Vec<Dimension>,
}

fn main() {}
