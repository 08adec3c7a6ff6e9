use fastrs::prelude::*;

#[model]
struct Item {
    #[field(default, ge = 1)]
    count: i64,
}

fn main() {}
