use fastrs::prelude::*;

struct User;

#[get("/items")]
async fn read_items(#[depends(User)] user: &User) -> bool {
    let _ = user;
    true
}

fn main() {}
