use fastrs::prelude::*;

struct Shop;

impl Shop {
    #[get("/items")]
    async fn read_items(limit: u64) -> Result<u64> {
        Ok(limit)
    }
}

fn main() {}
