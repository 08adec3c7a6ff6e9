use fastrs::prelude::*;

#[model]
struct Form {
    title: String,
    image: UploadFile,
}

#[post("/upload")]
async fn upload(#[form] form: Form) -> u64 {
    form.image.size()
}

fn main() {}
