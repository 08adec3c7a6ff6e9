//! Files as responses: headers, conditional requests and ranges in process, and transfers over sockets.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use fastrs::{
    File,
    prelude::*,
    testing::{TestClient, TestResponse},
};
use tempfile::TempDir;

use crate::{
    support::document,
    wire::{Wire, serve},
};

#[dependency(scope = "app")]
async fn folder() -> PathBuf;

/// A file of the folder, by its name.
#[get("/files/<name>")]
async fn read(name: String, #[depends(folder)] folder: PathBuf) -> Result<File> {
    File::open(folder.join(name)).await.or_404("no such file")
}

#[get("/save/<name>")]
async fn save(
    name: String,
    #[query] to: String,
    #[depends(folder)] folder: PathBuf,
) -> Result<File> {
    let file = File::open(folder.join(name)).await?;
    Ok(file.attachment(&to))
}

#[post("/made", status = 201)]
async fn made() -> File {
    File::from_bytes("0123456789", "made.json")
}

#[get("/memory")]
async fn memory(reply: &mut Reply) -> File {
    reply.header("cache-control", "no-cache");
    File::from_bytes("0123456789", "digits").etag("v1")
}

#[get("/typed")]
async fn typed() -> File {
    File::from_bytes("a", "a.bin")
        .content_type("text/x-mine")
        .inline("a.html")
}

#[get("/mistyped")]
async fn mistyped() -> File {
    File::from_bytes("a", "a.bin").content_type("a\nb")
}

struct Files {
    client: TestClient,
    folder: TempDir,
}

impl Files {
    async fn start() -> Self {
        let (folder, app) = app();
        let client = TestClient::start(app).await;
        Self { client, folder }
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

fn app() -> (TempDir, App) {
    let dir = tempfile::tempdir().unwrap();
    let app = App::new("Files", "1").provide::<folder>(dir.path().to_owned());
    let routes = routes![read, save, made, memory, typed, mistyped];
    (dir, app.routes(routes))
}

#[tokio::test]
async fn a_file_is_sent_with_its_type_length_and_validators() {
    let files = Files::start().await;
    files.write("a.txt", b"hello");
    let answer = files.client.get("/files/a.txt").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (200, "hello")
    );
    for (name, value) in [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", "5"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert!(answer.header("etag").unwrap().starts_with('"'));
    assert!(answer.header("last-modified").unwrap().ends_with(" GMT"));
    assert_eq!(answer.header("content-disposition"), None);

    let head = files.client.head("/files/a.txt").await;
    assert_eq!(
        (head.header("content-length"), head.text().as_str()),
        (Some("5"), "")
    );
    assert_eq!(head.header("etag"), answer.header("etag"));
}

#[tokio::test]
async fn content_types_follow_from_names() {
    let files = Files::start().await;
    for (name, content_type) in [
        ("a.html", "text/html; charset=utf-8"),
        ("a.JSON", "application/json"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.mp4", "video/mp4"),
        ("a.unheard-of", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ] {
        files.write(name, b"");
        let answer = files.client.get(&format!("/files/{name}")).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{name}");
        assert_eq!(answer.header("content-length"), Some("0"), "{name}");
    }
    let typed = files.client.get("/typed").await;
    assert_eq!(typed.header("content-type"), Some("text/x-mine"));
    assert_eq!(
        typed.header("content-disposition"),
        Some(r#"inline; filename="a.html""#)
    );
    assert_eq!(files.client.get("/mistyped").await.status(), 500);
}

#[tokio::test]
async fn an_attachment_has_its_name_and_the_type_of_that_name() {
    let files = Files::start().await;
    files.write("data", b"a,b");
    let request = files
        .client
        .get("/save/data")
        .query(&[("to", "Übersicht \"1\".csv")]);
    let answer = request.await;
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert_eq!(
        answer.header("content-disposition"),
        Some(
            r#"attachment; filename="_bersicht _1_.csv"; filename*=UTF-8''%C3%9Cbersicht%20%221%22.csv"#
        )
    );
}

#[tokio::test]
async fn what_is_not_a_file_is_not_opened() {
    let files = Files::start().await;
    fs::create_dir(files.folder.path().join("inner")).unwrap();
    for name in ["missing", "inner"] {
        let answer = files.client.get(&format!("/files/{name}")).await;
        assert_eq!(answer.status(), 404, "{name}");
        assert_eq!(answer.text(), r#"{"detail":"no such file"}"#, "{name}");
    }
    #[cfg(unix)]
    {
        let pipe = files.folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert_eq!(files.client.get("/files/pipe").await.status(), 404);
    }
}

#[tokio::test]
async fn a_client_that_has_the_file_receives_a_304() {
    let files = Files::start().await;
    let path = files.write("a.txt", b"hello");
    let first = files.client.get("/files/a.txt").await;
    let etag = first.header("etag").unwrap();
    let date = first.header("last-modified").unwrap();
    for (name, value) in [
        ("if-none-match", etag),
        ("if-none-match", &format!("\"x\", W/{etag}")),
        ("if-modified-since", date),
    ] {
        let answer = files.client.get("/files/a.txt").header(name, value).await;
        assert_eq!(
            (answer.status().as_u16(), answer.text().as_str()),
            (304, ""),
            "{name}"
        );
        assert_eq!(answer.header("etag"), Some(etag));
        assert_eq!(answer.header("content-type"), None);
        let head = files.client.head("/files/a.txt").header(name, value).await;
        assert_eq!(head.status(), 304);
    }
    let answer = files
        .client
        .get("/files/a.txt")
        .header("if-match", "\"x\"")
        .await;
    assert_eq!(answer.status(), 412);
    assert_eq!(answer.text(), r#"{"detail":"Precondition Failed"}"#);

    fs::write(&path, "changed").unwrap();
    let answer = files
        .client
        .get("/files/a.txt")
        .header("if-none-match", etag)
        .await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (200, "changed")
    );
}

#[tokio::test]
async fn a_modification_time_that_http_cannot_express_does_no_harm() {
    let files = Files::start().await;
    let path = files.write("a.txt", b"hello");
    let set = |time| {
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(time).unwrap();
    };
    let years = Duration::from_secs(20 * 366 * 24 * 3600);
    set(SystemTime::now());
    let now = files.client.get("/files/a.txt").await;
    set(SystemTime::now() + years);
    let answer = files.client.get("/files/a.txt").await;
    let year = |answer: &TestResponse| answer.header("last-modified").unwrap()[12..16].to_owned();
    assert_eq!(year(&answer), year(&now), "never later than now");
    let etag = answer.header("etag").unwrap();
    let again = files
        .client
        .get("/files/a.txt")
        .header("if-none-match", etag);
    assert_eq!(again.await.status(), 304);

    set(SystemTime::UNIX_EPOCH - years);
    let answer = files.client.get("/files/a.txt").await;
    assert_eq!(
        (answer.text().as_str(), answer.header("last-modified")),
        ("hello", None)
    );
}

#[tokio::test]
async fn a_range_is_a_206_with_exactly_these_bytes() {
    let files = Files::start().await;
    let content: Vec<u8> = (0..200_000_u32).map(|i| (i % 251) as u8).collect();
    files.write("large.bin", &content);
    for (range, start, end) in [
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=1000-150000", 1000, 150_001),
        ("bytes=199999-", 199_999, 200_000),
        ("bytes=-70000", 130_000, 200_000),
        ("bytes=-18446744073709551616", 0, 200_000),
    ] {
        let answer = files
            .client
            .get("/files/large.bin")
            .header("range", range)
            .await;
        assert_eq!(answer.status(), 206, "{range}");
        assert!(answer.bytes()[..] == content[start..end], "{range}");
        let shown = format!("bytes {start}-{}/200000", end - 1);
        assert_eq!(answer.header("content-range"), Some(&*shown));
        assert_eq!(
            answer.header("content-length"),
            Some(&*(end - start).to_string())
        );
    }
    let past = files
        .client
        .get("/files/large.bin")
        .header("range", "bytes=200000-")
        .await;
    assert_eq!(past.status(), 416);
    assert_eq!(past.header("content-range"), Some("bytes */200000"));
    assert_eq!(past.header("content-type"), Some("application/json"));
    let head = files
        .client
        .head("/files/large.bin")
        .header("range", "bytes=0-1")
        .await;
    assert_eq!(
        (head.status().as_u16(), head.header("content-length")),
        (200, Some("200000"))
    );
}

/// Starlette's CVE-2025-62727: ranges that cost quadratic work.
#[tokio::test]
async fn many_ranges_are_one_response_with_all_bytes() {
    let files = Files::start().await;
    files.write("a.txt", b"hello");
    let many = format!("bytes={}0-", "0-1,".repeat(1000));
    let answer = files.client.get("/files/a.txt").header("range", many).await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().as_str()),
        (200, "hello")
    );
}

#[tokio::test]
async fn a_download_resumes_only_if_the_file_is_the_same() {
    let files = Files::start().await;
    files.write("a.txt", b"hello");
    let first = files.client.get("/files/a.txt").await;
    let (etag, date) = (
        first.header("etag").unwrap(),
        first.header("last-modified").unwrap(),
    );
    let weak = format!("W/{etag}");
    for (validator, status) in [(etag, 206), (date, 206), (&weak, 200), ("\"x\"", 200)] {
        let request = files.client.get("/files/a.txt").header("range", "bytes=2-");
        let answer = request.header("if-range", validator).await;
        assert_eq!(answer.status(), status, "{validator}");
    }
}

#[tokio::test]
async fn bytes_in_memory_are_sent_like_a_file() {
    let files = Files::start().await;
    let part = files
        .client
        .get("/memory")
        .header("range", "bytes=3-4")
        .await;
    assert_eq!((part.status().as_u16(), part.text().as_str()), (206, "34"));
    assert_eq!(part.header("content-range"), Some("bytes 3-4/10"));
    let known = files
        .client
        .get("/memory")
        .header("if-none-match", "\"v1\"")
        .await;
    assert_eq!(known.status(), 304);
    assert_eq!(
        known.header("cache-control"),
        Some("no-cache"),
        "as the 200 has it"
    );
    // Conditions are for reading, and for a 200.
    let made = files
        .client
        .post("/made")
        .header("range", "bytes=3-4")
        .await;
    assert_eq!(
        (made.status().as_u16(), made.text().as_str()),
        (201, "0123456789")
    );
    assert_eq!(made.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn the_document_lists_a_file() {
    let listed = document(app().1.fastapi_documents()).await;
    // FastAPI does not know the media type of a `FileResponse`.
    let described = &listed["paths"]["/made"]["post"]["responses"]["201"];
    assert_eq!(
        *described,
        fastrs::json!({"description": "Successful Response"})
    );
    let document = document(app().1).await;
    let described = &document["paths"]["/made"]["post"]["responses"]["201"];
    assert_eq!(
        described["content"]["application/octet-stream"]["schema"],
        fastrs::json!({
            "type": "string", "format": "binary", "contentMediaType": "application/octet-stream"
        })
    );
}

#[tokio::test]
async fn requests_follow_a_file_and_its_head_on_one_connection() {
    let (folder, app) = app();
    fs::write(folder.path().join("a.txt"), "hello").unwrap();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("HEAD /files/a.txt").await;
    assert!(wire.head().await.contains("content-length: 5\r\n"));
    wire.request("GET /files/a.txt").await;
    assert_eq!(wire.answer().await.body, "hello");
    wire.send("GET /files/a.txt HTTP/1.1\r\nhost: a\r\nrange: bytes=1-2\r\n\r\n")
        .await;
    let answer = wire.answer().await;
    assert_eq!((answer.status(), answer.body.as_str()), ("206", "el"));
    server.stop().await;
}

#[tokio::test]
async fn a_file_that_becomes_shorter_while_it_is_sent_is_not_mistaken_for_complete() {
    let (folder, app) = app();
    let path = folder.path().join("large.bin");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(&[b'0'; 4096]).unwrap();
    // More than fits into the socket's buffers, so that the server is still reading the file when the client begins to.
    file.set_len(64 << 20).unwrap();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /files/large.bin").await;
    assert!(wire.head().await.contains("content-length: 67108864\r\n"));
    file.set_len(4096).unwrap();
    let rest = wire.rest().await;
    assert!(rest.len() < 64 << 20, "{} bytes", rest.len());
    server.stop().await;
}

/// Unlike a stream, a file has an end, and its writes show whether the client still reads.
#[tokio::test]
async fn a_client_that_closes_its_sending_side_still_receives_its_file() {
    let (folder, app) = app();
    fs::write(folder.path().join("large.txt"), "0".repeat(4 << 20)).unwrap();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /files/large.txt").await;
    assert!(wire.head().await.contains("content-length: 4194304\r\n"));
    assert_eq!(wire.half_close().await.len(), 4 << 20);
    server.stop().await;
}
