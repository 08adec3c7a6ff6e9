use fastrs::prelude::*;

#[dependency]
async fn has_role(#[arg] role: &'static str) -> bool {
    role == "admin"
}

#[get("/items", depends = [has_role(role = "reader", role = "admin")])]
async fn read_items() -> bool {
    true
}

fn main() {}
