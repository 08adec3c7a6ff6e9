use fastrs::prelude::*;

#[get("/items")]
async fn read_items() -> Result<Vec<Item>> {
    Ok(Vec::new())
}

fn main() {}
