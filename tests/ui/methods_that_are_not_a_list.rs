use fastrs::prelude::*;

#[route("/items", methods = "GET")]
async fn read_items() -> u64 {
    1
}

fn main() {}
