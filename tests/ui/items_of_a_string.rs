use fastrs::prelude::*;

#[model]
struct Item {
    #[field(max_items = 3)]
    name: String,
}

fn main() {}
