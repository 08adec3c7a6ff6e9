use fastrs::prelude::*;

#[model]
struct Upload {
    #[file(max_size = 1000)]
    title: String,
    image: UploadFile,
}

#[post("/upload")]
async fn upload(#[form] upload: Upload) -> String {
    drop(upload.image);
    upload.title
}

fn main() {}
