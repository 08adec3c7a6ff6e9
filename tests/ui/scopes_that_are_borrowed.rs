use fastrs::prelude::*;
use fastrs::security::SecurityScopes;

#[dependency]
async fn granted(scopes: &SecurityScopes) -> bool {
    scopes.is_empty()
}

fn main() {}
