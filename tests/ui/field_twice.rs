use fastrs::prelude::*;

#[model]
struct Item {
    name: String,
    price: f64,
    name: String,
}

fn main() {}
