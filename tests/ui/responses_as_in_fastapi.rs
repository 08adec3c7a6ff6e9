use fastrs::prelude::*;

#[get("/items", responses = {404: "No such item"})]
async fn read_items() -> u64 {
    1
}

fn main() {}
