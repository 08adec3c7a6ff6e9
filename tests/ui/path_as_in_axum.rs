use fastrs::prelude::*;

#[get("/items/<id>")]
async fn read_item(id: Path<u64>) -> u64 {
    id.0
}

fn main() {}
