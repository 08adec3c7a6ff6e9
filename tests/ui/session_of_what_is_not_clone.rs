use fastrs::prelude::*;
use fastrs::security::{Session, Sessions};

#[model]
struct User {
    name: String,
}

#[get("/me")]
async fn read_me(session: Session<User>) -> bool {
    session.get().is_some()
}

fn app(secret: Secret<String>) -> App {
    App::new("Users", "1.0.0")
        .sessions(Sessions::<User>::new(secret))
        .routes(routes![read_me])
}

fn main() {}
