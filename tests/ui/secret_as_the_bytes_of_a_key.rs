use fastrs::prelude::*;
use fastrs::security::{Jwt, JwtKeyError};

fn jwt(secret: &Secret<String>) -> Result<Jwt, JwtKeyError> {
    Jwt::hs256(secret)
}

fn main() {}
