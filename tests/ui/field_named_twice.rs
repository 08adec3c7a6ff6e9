use fastrs::prelude::*;

#[model]
struct Item {
    #[field(alias = "itemName")]
    #[serde(rename = "name")]
    name: String,
}

fn main() {}
