use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
enum Contact {
    Mail(String),
    Post(Address),
}

fn main() {}
