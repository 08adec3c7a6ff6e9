use fastrs::prelude::*;

#[post("/upload")]
async fn upload(form: Multipart, #[form] caption: String) -> String {
    drop(form);
    caption
}

fn main() {}
