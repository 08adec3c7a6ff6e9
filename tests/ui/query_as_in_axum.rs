use fastrs::prelude::*;

#[model]
struct Filter {
    q: String,
}

#[get("/items")]
async fn read_items(filter: Query<Filter>) -> String {
    filter.0.q
}

fn main() {}
