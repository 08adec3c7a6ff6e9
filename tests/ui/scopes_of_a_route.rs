use fastrs::prelude::*;

#[dependency]
async fn current_user() -> String {
    "alice".into()
}

#[get("/items", scopes = ["items"])]
async fn read_items() {}

fn main() {}
