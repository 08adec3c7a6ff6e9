use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
struct User {
    name: String,
    #[serde(flatten)]
    address: Address,
}

fn main() {}
