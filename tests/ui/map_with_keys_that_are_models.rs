use fastrs::prelude::*;
use std::collections::HashMap;

#[model]
struct Item {
    name: String,
}

#[model]
struct Stock {
    counts: HashMap<Item, u64>,
}

fn main() {}
