//! FastAPI's tutorial, "Request Files".

use fastrs::prelude::*;
use fastrs::{Value, http, json};

const FORMS: &str = r#"
<body>
<form action="/files/" enctype="multipart/form-data" method="post">
<input name="files" type="file" multiple>
<input type="submit">
</form>
<form action="/uploadfiles/" enctype="multipart/form-data" method="post">
<input name="files" type="file" multiple>
<input type="submit">
</form>
</body>
"#;

// As in FastAPI, the document does not say that it is HTML.
fn forms() -> Result<Response> {
    let response = http::Response::builder().header("content-type", "text/html; charset=utf-8");
    Ok(response.body(FORMS.into())?)
}

pub(crate) mod tutorial001 {
    use super::*;

    #[post("/files/")]
    async fn create_file(#[file] file: Bytes) -> Value {
        json!({"file_size": file.len()})
    }

    #[post("/uploadfile/")]
    async fn create_upload_file(file: UploadFile) -> Value {
        json!({"filename": file.filename()})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_file, create_upload_file])
    }
}

pub(crate) mod tutorial001_02 {
    use super::*;

    #[post("/files/")]
    async fn create_file(#[file] file: Option<Bytes>) -> Value {
        match file {
            None => json!({"message": "No file sent"}),
            Some(file) => json!({"file_size": file.len()}),
        }
    }

    #[post("/uploadfile/")]
    async fn create_upload_file(file: Option<UploadFile>) -> Value {
        match file {
            None => json!({"message": "No upload file sent"}),
            Some(file) => json!({"filename": file.filename()}),
        }
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_file, create_upload_file])
    }
}

pub(crate) mod tutorial001_03 {
    use super::*;

    #[post("/files/")]
    async fn create_file(
        /// A file read as bytes
        #[file]
        file: Bytes,
    ) -> Value {
        json!({"file_size": file.len()})
    }

    #[post("/uploadfile/")]
    async fn create_upload_file(
        /// A file read as UploadFile
        file: UploadFile,
    ) -> Value {
        json!({"filename": file.filename()})
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_file, create_upload_file])
    }
}

pub(crate) mod tutorial002 {
    use super::*;

    #[post("/files/")]
    async fn create_files(#[file] files: Vec<Bytes>) -> Value {
        let sizes: Vec<usize> = files.iter().map(Bytes::len).collect();
        json!({"file_sizes": sizes})
    }

    #[post("/uploadfiles/")]
    async fn create_upload_files(files: Vec<UploadFile>) -> Value {
        let names: Vec<&str> = files.iter().map(UploadFile::filename).collect();
        json!({"filenames": names})
    }

    #[get("/")]
    async fn main() -> Result<Response> {
        forms()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_files, create_upload_files, main])
    }
}

pub(crate) mod tutorial003 {
    use super::*;

    #[post("/files/")]
    async fn create_files(
        /// Multiple files as bytes
        #[file]
        files: Vec<Bytes>,
    ) -> Value {
        let sizes: Vec<usize> = files.iter().map(Bytes::len).collect();
        json!({"file_sizes": sizes})
    }

    #[post("/uploadfiles/")]
    async fn create_upload_files(
        /// Multiple files as UploadFile
        files: Vec<UploadFile>,
    ) -> Value {
        let names: Vec<&str> = files.iter().map(UploadFile::filename).collect();
        json!({"filenames": names})
    }

    #[get("/")]
    async fn main() -> Result<Response> {
        forms()
    }

    pub(crate) fn app() -> App {
        App::new("FastAPI", "0.1.0")
            .fastapi_documents()
            .routes(routes![create_files, create_upload_files, main])
    }
}
