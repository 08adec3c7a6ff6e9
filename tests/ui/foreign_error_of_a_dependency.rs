use fastrs::prelude::*;

#[derive(Debug)]
struct Lost;

#[dependency]
async fn item() -> Result<u64, Lost> {
    Err(Lost)
}

fn main() {}
