use fastrs::prelude::*;

#[model]
struct Upload {
    title: String,
    images: Option<Vec<UploadFile>>,
}

#[post("/upload")]
async fn upload(#[body(embed)] upload: Option<Upload>) -> Option<String> {
    Some(upload?.title)
}

fn main() {}
