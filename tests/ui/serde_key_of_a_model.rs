use fastrs::prelude::*;

#[model(rename_all = "camelCase")]
struct Item {
    first_name: String,
}

fn main() {}
