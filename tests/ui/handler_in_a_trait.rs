use fastrs::prelude::*;

trait Shop {
    #[get("/items")]
    async fn read_items() -> u64 {
        1
    }
}

fn main() {}
