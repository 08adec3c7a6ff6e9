use fastrs::prelude::*;

struct Shop;

impl Shop {
    #[get("/items")]
    async fn read_items(&self) -> u64 {
        1
    }
}

fn main() {}
