use fastrs::prelude::*;

struct Db;

#[get("/items")]
async fn read_items(db: Depends<Db>) -> u64 {
    drop(db);
    1
}

fn main() {}
