use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[form] file: UploadFile) -> u64 {
    file.size()
}

fn main() {}
