use fastrs::prelude::*;

#[derive(Clone)]
struct User;

#[dependency]
async fn current_user() -> Result<User> {
    Ok(User)
}

#[dependency(scope = "app")]
async fn greeting(#[depends(current_user)] user: User) -> u64 {
    drop(user);
    1
}

fn main() {}
