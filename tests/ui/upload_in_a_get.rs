use fastrs::prelude::*;

#[get("/upload")]
async fn upload(file: UploadFile) -> u64 {
    file.size()
}

fn main() {}
