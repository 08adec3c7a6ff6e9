use fastrs::prelude::*;

struct Filter;

#[get("/items")]
async fn read_items(filter: Option<Filter>) -> bool {
    filter.is_some()
}

fn main() {}
