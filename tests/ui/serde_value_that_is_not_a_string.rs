use fastrs::prelude::*;

#[model]
struct Item {
    #[serde(rename = item_name)]
    name: String,
}

fn main() {}
