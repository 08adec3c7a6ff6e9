use fastrs::prelude::*;

#[model]
struct Item {
    #[schemars(range(min = 1))]
    price: u32,
}

fn main() {}
