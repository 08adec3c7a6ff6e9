//! Every way to take a file, and every way to send one.
//!
//! ```text
//! cargo run --example uploads
//! ```
//!
//! Then open `http://127.0.0.1:8000/docs`, upload a file, and download it again.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use fastrs::{Broadcast, MediaType, prelude::*};
use tempfile::TempDir;

#[model]
#[derive(Debug, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Document,
    Picture,
}

/// What else is known about a file.
#[model]
#[derive(Debug, Clone)]
struct Details {
    #[field(ge = 1, le = 5)]
    stars: u8,
    #[field(default)]
    tags: Vec<String>,
}

/// A file that is kept.
#[model]
#[derive(Debug, Clone)]
struct Kept {
    id: u64,
    name: String,
    /// In bytes.
    size: u64,
    kind: Kind,
    note: Option<String>,
    details: Option<Details>,
}

/// The files, which are deleted when the app ends.
#[derive(Debug)]
struct Store {
    folder: TempDir,
    last_id: AtomicU64,
    files: Mutex<BTreeMap<u64, Kept>>,
    added: Broadcast<Kept>,
}

#[dependency(scope = "app", blocking)]
fn store() -> Result<Store> {
    Ok(Store {
        folder: tempfile::Builder::new().prefix("uploads-").tempdir()?,
        last_id: AtomicU64::new(0),
        files: Mutex::default(),
        added: Broadcast::new(100),
    })
}

impl Store {
    async fn keep(
        &self,
        file: &UploadFile,
        kind: Kind,
        note: Option<String>,
        details: Option<Details>,
    ) -> Result<Kept> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        // The client can send any name, even `../../etc/passwd`, so it is not the name of the file on the disk.
        file.persist(self.path(id)).await?;
        let kept = Kept {
            id,
            name: file.filename().to_owned(),
            size: file.size(),
            kind,
            note,
            details,
        };
        self.files().insert(id, kept.clone());
        self.added.publish(kept.clone()).await?;
        Ok(kept)
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<u64, Kept>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, id: u64) -> PathBuf {
        self.folder.path().join(id.to_string())
    }
}

/// Upload a file, with fields and JSON beside it.
#[post("/files", status = 201, body_limit = 100_000_000)]
async fn upload_file(
    file: UploadFile,
    #[form] kind: Kind,
    #[form(max_length = 200)] note: Option<String>,
    #[form] details: Option<Json<Details>>,
    #[depends(store)] store: &Store,
) -> Result<Kept> {
    let details = details.map(|Json(details)| details);
    store.keep(&file, kind, note, details).await
}

/// Upload pictures, and a cover if there is one.
#[post("/albums", status = 201, body_limit = 100_000_000)]
async fn upload_album(
    pictures: Vec<UploadFile>,
    cover: Option<UploadFile>,
    #[depends(store)] store: &Store,
) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for picture in pictures.iter().chain(&cover) {
        kept.push(store.keep(picture, Kind::Picture, None, None).await?);
    }
    Ok(kept)
}

/// Send a small picture, and get it back.
///
/// `Bytes` are the whole file, in memory. The type and the size are checked before it is read.
#[post("/thumbnails")]
async fn echo_thumbnail(
    #[file(max_size = 50_000, content_types = ["image/png", "image/jpeg"])] picture: Bytes,
) -> File {
    File::from_bytes(picture, "thumbnail")
}

/// A part of a form.
#[model]
struct PartSize {
    name: String,
    filename: Option<String>,
    size: u64,
}

/// Measure the parts of a form, without storing them.
#[post("/sizes", body_limit = 1_000_000_000)]
async fn measure_parts(mut form: Multipart) -> Result<Vec<PartSize>> {
    let mut sizes = Vec::new();
    while let Some(mut part) = form.next_part().await? {
        let mut size = 0;
        while let Some(bytes) = part.chunk().await? {
            size += bytes.len() as u64;
        }
        sizes.push(PartSize {
            name: part.name().to_owned(),
            filename: part.filename().map(str::to_owned),
            size,
        });
    }
    Ok(sizes)
}

/// Download a file.
#[get("/files/<id>")]
async fn download_file(id: u64, #[depends(store)] store: &Store) -> Result<File> {
    let kept = store.files().get(&id).cloned().or_404("no such file")?;
    let file = File::open(store.path(id)).await?;
    Ok(file.attachment(&kept.name))
}

/// List the files, one JSON document per line.
#[get("/files")]
async fn list_files(#[depends(store)] store: &Store) -> JsonLines<Kept> {
    let files: Vec<Kept> = store.files().values().cloned().collect();
    JsonLines::generate(|out| async move {
        for file in files {
            out.send(file).await?;
        }
        Ok(())
    })
}

struct Text;

impl MediaType for Text {
    const MEDIA_TYPE: Option<&'static str> = Some("text/plain");
}

/// Convert a file to hexadecimal digits, 64 KiB at a time.
#[post("/hex", body_limit = 100_000_000)]
async fn to_hex(mut file: UploadFile) -> Streaming<Text> {
    Streaming::generate(|out| async move {
        while let Some(bytes) = file.chunk().await? {
            let mut digits = String::new();
            for byte in bytes {
                write!(digits, "{byte:02x}")?;
            }
            out.send(digits).await?;
        }
        Ok(())
    })
}

/// Wait for files that others upload.
#[get("/events")]
async fn watch(#[depends(store)] store: &Store) -> Sse<Kept> {
    Sse::new(store.added.subscribe())
}

fn app() -> App {
    App::new("Uploads", "1.0.0")
        .openapi30_url("/openapi-3.0.json")
        .routes(routes![
            upload_file,
            upload_album,
            echo_thumbnail,
            measure_parts,
            download_file,
            list_files,
            to_hex,
            watch,
        ])
}

#[fastrs::main]
async fn main() -> Result<(), StartError> {
    app().launch().await
}

#[cfg(test)]
mod tests {
    use fastrs::testing::{TestClient, TestForm};
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn a_file_comes_back_and_is_announced() {
        let client = TestClient::start(app()).await;
        let mut events = client.get("/events").sse().await;
        let form = TestForm::new()
            .file("file", "../Ü.txt", "text/plain", "hello")
            .field("kind", "document")
            .field("details", r#"{"stars": 4}"#);
        let answer = client.post("/files").multipart(form).await;
        let expected = json!({
            "id": 1, "name": "../Ü.txt", "size": 5, "kind": "document", "note": null,
            "details": {"stars": 4, "tags": []}
        });
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.json::<Value>(), expected);
        let event = events.next().await.unwrap();
        assert_eq!(event.json::<Value>(), expected);

        let answer = client.get("/files/1").await;
        let disposition = answer.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment;"), "{disposition}");
        assert_eq!(answer.text(), "hello");
        assert_eq!(client.get("/files/2").await.status(), 404);
        let mut lines = client.get("/files").stream().await;
        assert_eq!(lines.json_line::<Value>().await, Some(expected));
    }

    #[tokio::test]
    async fn an_album_is_several_files() {
        let client = TestClient::start(app()).await;
        let png = |form: TestForm, part, name| form.file(part, name, "image/png", "png");
        let form = png(TestForm::new(), "pictures", "a.png");
        let form = png(png(form, "pictures", "b.png"), "cover", "c.png");
        let kept: Vec<Value> = client.post("/albums").multipart(form).await.json();
        let names: Vec<&Value> = kept.iter().map(|kept| &kept["name"]).collect();
        assert_eq!(names, ["a.png", "b.png", "c.png"]);
    }

    #[tokio::test]
    async fn what_is_not_kept_is_only_read() {
        let client = TestClient::start(app()).await;
        let form = |kind| TestForm::new().file("picture", "p", kind, "12345");
        let post = |path| client.post(path);
        let answer = post("/thumbnails").multipart(form("image/png")).await;
        assert_eq!(answer.text(), "12345");
        let answer = post("/thumbnails").multipart(form("image/gif")).await;
        assert_eq!(answer.status(), 422);
        let sizes: Value = post("/sizes").multipart(form("image/gif")).await.json();
        assert_eq!(
            sizes,
            json!([{"name": "picture", "filename": "p", "size": 5}])
        );
        let file = TestForm::new().file("file", "f", "text/plain", vec![0xab; 70_000]);
        let answer = post("/hex").multipart(file).await;
        assert_eq!(answer.text(), "ab".repeat(70_000));
    }
}
