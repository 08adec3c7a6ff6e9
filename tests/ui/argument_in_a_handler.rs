use fastrs::prelude::*;

#[get("/items")]
async fn read_items(#[arg] role: &'static str) -> bool {
    role == "admin"
}

fn main() {}
