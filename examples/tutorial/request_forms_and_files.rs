//! FastAPI's tutorial, "Request Forms and Files".

pub(crate) mod tutorial001 {
    use fastrs::prelude::*;
    use fastrs::{Value, json};

    #[post("/files/")]
    async fn create_file(#[file] file: Bytes, fileb: UploadFile, #[form] token: String) -> Value {
        json!({
            "file_size": file.len(),
            "token": token,
            "fileb_content_type": fileb.content_type(),
        })
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_file])
    }
}
