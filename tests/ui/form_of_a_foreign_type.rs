use fastrs::prelude::*;

struct Filter;

#[post("/items")]
async fn read_items(#[form] filter: Filter) -> u64 {
    drop(filter);
    1
}

fn main() {}
