use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
enum Found<T> {
    Here(T),
    There(Address),
}

fn main() {}
