use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
struct User {
    name: String,
    addresses: Option<Vec<Address>>,
}

fn main() {}
