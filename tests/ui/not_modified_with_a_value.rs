use fastrs::prelude::*;

#[get("/items/<id>", status = 304)]
async fn read_item(id: u64) -> Result<u64> {
    Ok(id)
}

fn main() {}
