use fastrs::prelude::*;

#[model]
struct Owner {
    name: String,
}

#[model]
struct Item {
    #[serde(flatten = true)]
    owner: Owner,
}

fn main() {}
