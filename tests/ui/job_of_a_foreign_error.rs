use fastrs::prelude::*;

#[derive(Debug)]
struct Lost;

#[job]
async fn nightly() -> Result<(), Lost> {
    Err(Lost)
}

fn main() {}
