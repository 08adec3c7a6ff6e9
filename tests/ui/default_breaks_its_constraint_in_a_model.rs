use fastrs::prelude::*;

#[model]
struct Item {
    #[field(min_length = 3, default = "ab")]
    name: String,
}

fn main() {}
