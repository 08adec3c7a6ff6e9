use fastrs::prelude::*;

#[post("/upload")]
async fn upload(#[form] title: String, #[form] image: Option<UploadFile>) -> String {
    drop(image);
    title
}

fn main() {}
