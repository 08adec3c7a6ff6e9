use fastrs::prelude::*;

#[post("/copy")]
async fn copy(from: Multipart, to: Multipart) {
    drop((from, to));
}

fn main() {}
