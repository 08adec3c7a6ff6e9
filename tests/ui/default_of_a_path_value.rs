use fastrs::prelude::*;

#[get("/items/<id>")]
async fn read_item(#[path(default = 2)] id: u64) -> u64 {
    id
}

fn main() {}
