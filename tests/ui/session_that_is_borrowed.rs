use fastrs::prelude::*;
use fastrs::security::Session;

#[model]
#[derive(Clone)]
struct User {
    name: String,
}

#[post("/login")]
async fn login(session: &mut Session<User>) {
    session.start(User {
        name: "alice".into(),
    });
}

fn main() {}
