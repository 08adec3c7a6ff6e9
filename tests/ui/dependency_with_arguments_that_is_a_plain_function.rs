use fastrs::prelude::*;

async fn has_role(role: &'static str) -> bool {
    role.is_empty()
}

#[get("/items", depends = [has_role(role = "admin")])]
async fn read_items() -> u64 {
    1
}

fn main() {}
