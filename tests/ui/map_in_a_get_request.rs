use fastrs::prelude::*;
use std::collections::HashMap;

#[get("/items")]
async fn read_items(filter: HashMap<String, String>) -> usize {
    filter.len()
}

fn main() {}
