use fastrs::prelude::*;

struct Role;

#[dependency]
async fn has_role(#[arg] role: Role) -> bool {
    let Role = role;
    true
}

#[get("/items", depends = [has_role(role = Role)])]
async fn read_items() -> bool {
    true
}

fn main() {}
