use fastrs::prelude::*;

#[model]
#[serde(default)]
struct Item {
    name: String,
}

fn main() {}
