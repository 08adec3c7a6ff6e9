use fastrs::prelude::*;

#[get("/items?<q>")]
async fn read_items(q: String) -> String {
    q
}

fn main() {}
