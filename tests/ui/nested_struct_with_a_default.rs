use fastrs::prelude::*;

#[derive(Default)]
struct Address {
    street: String,
}

#[model]
struct User {
    #[field(default, min_items = 1)]
    addresses: Vec<Address>,
}

fn main() {}
