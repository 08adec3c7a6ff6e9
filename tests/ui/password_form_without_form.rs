use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordRequestForm;

#[post("/token")]
async fn login(form: OAuth2PasswordRequestForm) -> String {
    form.username
}

fn main() {}
