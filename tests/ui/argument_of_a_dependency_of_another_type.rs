use fastrs::prelude::*;

#[dependency]
async fn has_role(#[arg] role: &'static str) -> bool {
    role == "admin"
}

#[get("/items")]
async fn read_items(#[depends(has_role(role = 1))] allowed: &bool) -> bool {
    *allowed
}

fn main() {}
