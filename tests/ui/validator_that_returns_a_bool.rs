use fastrs::prelude::*;

fn is_short(text: &str) -> bool {
    text.len() < 3
}

#[model]
struct Item {
    #[field(validate = is_short)]
    name: String,
}

fn main() {}
