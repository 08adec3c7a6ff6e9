use fastrs::prelude::*;

#[get("/shops/<shop>/items/<id>")]
async fn read_item((shop, id): (u64, u64)) -> u64 {
    shop + id
}

fn main() {}
