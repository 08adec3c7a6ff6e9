use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[file(min_items = 1)] image: UploadFile) -> u64 {
    image.size()
}

fn main() {}
