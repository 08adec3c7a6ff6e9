use fastrs::prelude::*;

#[model]
struct Address {
    city: String,
}

#[model]
struct User {
    #[field(default)]
    address: Address,
}

fn main() {}
