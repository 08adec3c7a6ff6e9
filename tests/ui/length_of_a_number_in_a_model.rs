use fastrs::prelude::*;

#[model]
struct Item {
    #[field(min_length = 3)]
    price: f64,
}

fn main() {}
