use fastrs::prelude::*;

#[delete("/items/<id>", status = StatusCode::NO_CONTENT)]
async fn delete_item(id: u64) -> u64 {
    id
}

fn main() {}
