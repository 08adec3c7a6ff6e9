use fastrs::prelude::*;

#[dependency]
async fn user(#[depends(session)] session: &u64) -> u64 {
    *session
}

#[dependency]
async fn session(#[depends(claims)] claims: &u64) -> u64 {
    *claims
}

#[dependency]
async fn claims(#[depends(user)] user: &u64) -> u64 {
    *user
}

#[get("/items")]
async fn read_items(#[depends(user)] user: &u64) -> u64 {
    *user
}

fn main() {}
