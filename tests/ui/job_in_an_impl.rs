use fastrs::prelude::*;

struct Jobs;

impl Jobs {
    #[job]
    async fn nightly() -> Result<u64> {
        Ok(1)
    }
}

fn main() {}
