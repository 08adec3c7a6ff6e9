use fastrs::prelude::*;

#[model]
struct User {
    name: String,
}

#[dependency]
async fn current_user() -> User {
    User { name: "Rick".into() }
}

#[get("/users/me")]
async fn read_me(user: &User) -> String {
    user.name.clone()
}

fn main() {}
