use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query(ge = 3)] name: String) -> String {
    name
}

fn main() {}
