use fastrs::prelude::*;

struct Db;

#[get("/items")]
async fn read_items(db: &State<Db>) -> bool {
    std::ptr::eq(db, db)
}

fn main() {}
