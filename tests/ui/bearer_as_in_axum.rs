use fastrs::prelude::*;

#[get("/items")]
async fn read_items(TypedHeader(token): TypedHeader<Authorization<Bearer>>) -> u64 {
    1
}

fn main() {}
