use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[query(ge = 1, default = Some(0))] limit: Option<u32>) -> bool {
    limit.is_some()
}

fn main() {}
