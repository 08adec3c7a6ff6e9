use fastrs::prelude::*;

struct Db;

#[get("/items")]
async fn read_items(db: web::Data<Db>) -> u64 {
    drop(db);
    1
}

fn main() {}
