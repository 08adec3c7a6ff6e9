use fastrs::prelude::*;

#[model]
struct Item {
    #[field(gt = 5, lt = 5)]
    price: f64,
}

fn main() {}
