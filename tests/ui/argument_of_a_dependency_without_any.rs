use fastrs::prelude::*;

#[derive(Clone)]
struct User;

#[dependency]
async fn current_user() -> Result<User> {
    Ok(User)
}

#[get("/items")]
async fn read_items(#[depends(current_user(role = "admin"))] user: &User) -> bool {
    let _ = user;
    true
}

fn main() {}
