use fastrs::prelude::*;

#[get("/items/<id>")]
async fn read_item(Path(id): Path<u64>) -> u64 {
    id
}

fn main() {}
