use fastrs::prelude::*;

#[dependency]
async fn current_user() -> String {
    "alice".into()
}

#[get("/items", guard = current_user)]
async fn read_items() {}

fn main() {}
