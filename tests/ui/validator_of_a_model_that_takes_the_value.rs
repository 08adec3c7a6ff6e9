use fastrs::prelude::*;

fn is_short(item: Item) -> bool {
    item.name.len() < 3
}

#[model(validate = is_short)]
struct Item {
    name: String,
}

fn main() {}
