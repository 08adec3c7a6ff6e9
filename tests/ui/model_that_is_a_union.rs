use fastrs::prelude::*;

#[model]
union Item {
    id: u64,
    price: f64,
}

fn main() {}
