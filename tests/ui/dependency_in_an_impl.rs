use fastrs::prelude::*;

struct Users;

impl Users {
    #[dependency]
    async fn current_user(#[header] x_user: String, #[arg] role: &'static str) -> String {
        format!("{x_user} {role}")
    }
}

fn main() {}
