use fastrs::prelude::*;

#[model]
struct Item {
    #[field(default_factory = Vec::new)]
    tags: Vec<String>,
}

fn main() {}
