use fastrs::prelude::*;
use fastrs::security::OAuth2PasswordBearer;

const OAUTH2: OAuth2PasswordBearer = OAuth2PasswordBearer::new("token");

fn main() {
    let _ = Router::new("/items").require::<OAUTH2>();
}
