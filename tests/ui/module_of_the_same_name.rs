use fastrs::prelude::*;

mod items {
    pub fn count() -> u64 {
        1
    }
}

#[get("/items")]
async fn items() -> u64 {
    items::count()
}

fn main() {}
