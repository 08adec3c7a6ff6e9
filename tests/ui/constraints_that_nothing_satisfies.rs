use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query(min_length = 5, max_length = 3)] name: String) -> String {
    name
}

fn main() {}
