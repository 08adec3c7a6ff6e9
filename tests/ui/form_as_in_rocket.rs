use fastrs::prelude::*;

#[model]
struct Login {
    name: String,
}

#[post("/login")]
async fn login(login: Form<Login>) -> String {
    login.0.name
}

fn main() {}
