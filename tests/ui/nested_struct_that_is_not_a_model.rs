use fastrs::prelude::*;

struct Address {
    street: String,
}

#[model]
struct User {
    name: String,
    address: Address,
}

#[post("/users")]
async fn create_user(user: User) -> User {
    user
}

fn main() {}
