use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
struct Home(Address);

fn main() {}
