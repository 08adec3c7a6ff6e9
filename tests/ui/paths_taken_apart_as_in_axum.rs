use fastrs::prelude::*;

#[get("/shops/<shop>/items/<id>")]
async fn read_item(Path((shop, id)): Path<(u64, u64)>) -> u64 {
    shop + id
}

fn main() {}
