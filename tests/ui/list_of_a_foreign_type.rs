use fastrs::prelude::*;

struct Filter;

#[get("/items")]
async fn read_items(filters: Vec<Filter>) -> usize {
    filters.len()
}

fn main() {}
