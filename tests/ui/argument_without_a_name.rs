use fastrs::prelude::*;

#[dependency]
async fn audit() {}

#[get("/items")]
async fn items(#[depends(audit)] _: ()) -> u64 {
    1
}

fn main() {}
