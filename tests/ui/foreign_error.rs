use fastrs::prelude::*;

#[derive(Debug)]
struct Lost;

#[get("/items")]
async fn read_item() -> Result<u64, Lost> {
    Err(Lost)
}

fn main() {}
