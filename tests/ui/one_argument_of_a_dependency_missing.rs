use fastrs::prelude::*;

#[dependency]
async fn has_role(#[arg] role: &'static str, #[arg] level: u64) -> bool {
    role == "admin" && level > 1
}

#[get("/items")]
async fn read_items(#[depends(has_role(role = "admin"))] allowed: &bool) -> bool {
    *allowed
}

fn main() {}
