use fastrs::prelude::*;

#[model]
struct Upload {
    title: String,
    image: UploadFile,
}

#[post("/upload")]
async fn upload(upload: Upload) -> String {
    upload.title
}

fn main() {}
