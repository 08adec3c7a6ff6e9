use fastrs::prelude::*;

#[settings]
struct Settings<T> {
    limit: T,
}

fn main() {}
