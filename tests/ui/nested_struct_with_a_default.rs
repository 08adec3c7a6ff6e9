use fastrs::prelude::*;

#[derive(Default)]
struct Address {
    street: String,
}

#[model]
struct User {
    #[field(default, max_items = 9)]
    addresses: Vec<Address>,
}

fn main() {}
