use fastrs::prelude::*;

#[get("/items/<id>/parts/<id>")]
async fn read_part() -> u64 {
    1
}

fn main() {}
