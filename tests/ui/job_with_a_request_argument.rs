use fastrs::prelude::*;

#[job]
async fn nightly(limit: u64) -> Result<()> {
    drop(limit);
    Ok(())
}

fn main() {}
