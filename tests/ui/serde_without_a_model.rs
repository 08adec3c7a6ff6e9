use fastrs::prelude::*;

#[serde(rename_all = "camelCase")]
struct Item {
    first_name: String,
}

fn main() {}
