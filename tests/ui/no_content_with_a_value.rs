use fastrs::prelude::*;

#[delete("/items/<id>", status = 204)]
async fn delete_item(id: u64) -> u64 {
    id
}

fn main() {}
