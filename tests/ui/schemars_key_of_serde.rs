use fastrs::prelude::*;

#[model]
struct Item {
    #[schemars(rename = "itemName")]
    name: String,
}

fn main() {}
