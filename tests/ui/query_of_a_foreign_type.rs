use fastrs::prelude::*;

struct Filter;

#[get("/items")]
async fn read_items(#[query] filter: Filter) -> u64 {
    drop(filter);
    1
}

fn main() {}
