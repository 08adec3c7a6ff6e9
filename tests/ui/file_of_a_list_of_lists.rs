use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[file] files: Vec<Vec<UploadFile>>) -> usize {
    files.len()
}

fn main() {}
