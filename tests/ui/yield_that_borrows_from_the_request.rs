use fastrs::prelude::*;

#[derive(Clone)]
struct User;

#[dependency]
async fn current_user() -> Result<User> {
    Ok(User)
}

#[dependency]
async fn transaction(#[depends(current_user)] user: &User, lend: Yield<u64>) {
    let _ = user;
    lend.until_done(1).await;
}

fn main() {}
