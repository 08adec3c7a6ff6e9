use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[file(content_types = ["image/png", "jpeg"])] file: UploadFile) -> u64 {
    file.size()
}

fn main() {}
