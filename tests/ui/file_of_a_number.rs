use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[file] size: i32) -> i32 {
    size
}

fn main() {}
