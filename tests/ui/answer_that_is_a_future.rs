use fastrs::prelude::*;

use std::pin::Pin;

#[get("/items")]
async fn read_items() -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async { 1 })
}

fn main() {}
