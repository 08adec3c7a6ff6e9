use fastrs::prelude::*;

#[derive(Clone)]
struct Db;

#[get("/items")]
async fn read_items(State(db): State<Db>) -> u64 {
    drop(db);
    1
}

fn main() {}
