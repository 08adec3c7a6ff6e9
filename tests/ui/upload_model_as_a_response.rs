use fastrs::prelude::*;

#[model]
struct Upload {
    title: String,
    image: UploadFile,
}

#[post("/upload")]
async fn upload(#[form] upload: Upload) -> Result<Upload> {
    Ok(upload)
}

fn main() {}
