use fastrs::prelude::*;
use fastrs::security::Session;

#[model]
#[derive(Clone)]
struct User {
    name: String,
}

#[get("/name")]
async fn read_name(session: &Session<User>) -> Option<String> {
    session.get().map(|user| user.name.clone())
}

fn main() {}
