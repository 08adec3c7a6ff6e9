//! Password hashing.

use fastrs::prelude::*;
use fastrs::security::Passwords;

/// The passwords of the app.
#[dependency(scope = "app")]
pub async fn passwords() -> Passwords {
    Passwords::new()
}
