use fastrs::prelude::*;

#[get("/user")]
async fn current_user() -> String {
    "ada".to_owned()
}

#[get("/items")]
async fn read_items(#[depends(current_user)] user: &String) -> bool {
    user.is_empty()
}

fn main() {}
