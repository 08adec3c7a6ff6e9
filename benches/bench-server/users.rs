//! Users: a path, a query and a body with constraints.

use fastrs::{EmailStr, prelude::*};

#[model]
pub struct User {
    id: u64,
    name: String,
    verbose: bool,
    limit: i32,
}

#[get("/users/<id>")]
pub async fn read_user(
    id: u64,
    #[query(default = false)] verbose: bool,
    #[query(ge = 1, le = 100, default = 10)] limit: i32,
) -> User {
    User {
        id,
        name: format!("user-{id}"),
        verbose,
        limit,
    }
}

#[model]
pub struct Address {
    street: String,
    city: String,
    zip: String,
}

#[model]
pub struct NewUser {
    email: EmailStr,
    #[field(min_length = 8)]
    password: String,
    #[field(ge = 18, le = 120)]
    age: u32,
    #[field(max_items = 10)]
    tags: Vec<String>,
    address: Address,
}

#[model]
pub struct Created {
    id: u64,
    email: EmailStr,
    age: u32,
    tags: Vec<String>,
    address: Address,
}

#[post("/users", status = 201)]
pub async fn create_user(user: NewUser) -> Created {
    let NewUser {
        email,
        age,
        tags,
        address,
        ..
    } = user;
    Created {
        id: 1,
        email,
        age,
        tags,
        address,
    }
}
