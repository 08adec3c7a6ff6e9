use fastrs::prelude::*;

#[model]
struct Filter {
    #[query(min_length = 1)]
    q: String,
}

fn main() {}
