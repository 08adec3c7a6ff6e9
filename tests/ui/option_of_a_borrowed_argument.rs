use fastrs::prelude::*;

#[model]
struct User {
    id: u64,
}

#[get("/users/me")]
async fn read_me(user: Option<&User>) -> Option<u64> {
    user.map(|user| user.id)
}

fn main() {}
