use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[file(max_length = 5)] file: Bytes) -> usize {
    file.len()
}

fn main() {}
