use fastrs::prelude::*;

#[model]
struct Item {
    #[field(validate = is_even)]
    count: u64,
}

fn main() {}
