use fastrs::prelude::*;

#[get("/shops/<shop>/items/<id>")]
async fn read_item(ids: (u64, u64)) -> u64 {
    ids.0 + ids.1
}

fn main() {}
