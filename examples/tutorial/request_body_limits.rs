//! FastAPI's tutorial, "Request Body Limits".

pub(crate) mod tutorial001 {
    use fastrs::prelude::*;
    use fastrs::{Value, json};
    use std::collections::BTreeMap;

    #[post("/items")]
    async fn create_item(#[body] item: BTreeMap<String, Value>) -> Value {
        json!(item)
    }

    #[post("/")]
    async fn upload(file: UploadFile) -> Value {
        json!({"filename": file.filename(), "size": file.size()})
    }

    #[post("/small", body_limit = 10 * 1024 * 1024)]
    async fn small_upload(file: UploadFile) -> Value {
        json!({"filename": file.filename(), "size": file.size()})
    }

    pub(crate) fn app() -> App {
        let uploads = Router::new("/uploads").body_limit(100 * 1024 * 1024);
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .body_limit(1024 * 1024)
            .routes(routes![create_item])
            .include(uploads.routes(routes![upload, small_upload]))
    }
}

pub(crate) mod tutorial002 {
    use fastrs::prelude::*;
    use fastrs::{Value, json};

    #[post("/notes")]
    async fn create_note(#[form] text: String) -> Value {
        json!({"size": text.len()})
    }

    #[post("/documents", form_limits = FormLimits::new().max_part_size(2 * 1024 * 1024))]
    async fn create_document(#[form] text: String) -> Value {
        json!({"size": text.len()})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .form_limits(FormLimits::new().max_fields(5))
            .routes(routes![create_note, create_document])
    }
}
