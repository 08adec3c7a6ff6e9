use fastrs::prelude::*;

#[model]
struct Item {
    #[field(default = "ten")]
    price: f64,
}

fn main() {}
