//! Uploaded files, in memory and on disk.

use std::fs;

use fastrs::{Value, json, prelude::*, testing::TestClient};

use super::support::Form;
use crate::support::errors;

#[post("/facts")]
async fn facts(file: UploadFile) -> Value {
    let custom = file
        .headers()
        .get("x-part")
        .map(|value| value.to_str().unwrap());
    json!([file.filename(), file.content_type(), file.size(), custom])
}

#[post("/contents", body_limit = 50_000_000)]
async fn contents(mut file: UploadFile) -> Result<Vec<usize>> {
    let whole = file.bytes().await?;
    let clone = file.clone();
    let mut chunks = Vec::new();
    while let Some(chunk) = file.chunk().await? {
        chunks.extend_from_slice(&chunk);
    }
    assert_eq!(chunks, whole);
    assert!(file.read(1).await?.is_empty());
    file.seek(file.size() - 3);
    assert_eq!(file.read(10).await?, whole[whole.len() - 3..]);
    file.seek(u64::MAX);
    assert!(file.chunk().await?.is_none());
    assert_eq!(clone.bytes().await?, whole);
    let sum = whole.iter().map(|byte| usize::from(*byte)).sum();
    Ok(vec![whole.len(), sum])
}

#[post("/text")]
async fn text(file: UploadFile) -> Result<String> {
    file.text().await
}

#[post("/many")]
async fn many(file: Vec<UploadFile>) -> Vec<String> {
    file.iter().map(|file| file.filename().to_owned()).collect()
}

#[post("/optional")]
async fn optional(file: Option<UploadFile>, more: Option<Vec<UploadFile>>) -> Value {
    let names = |files: Vec<UploadFile>| {
        files
            .iter()
            .map(|f| f.filename().to_owned())
            .collect::<Vec<_>>()
    };
    json!([file.map(|file| file.size()), more.map(names)])
}

#[post("/bytes")]
async fn bytes(
    #[file] one: Bytes,
    #[file] many: Option<Vec<Bytes>>,
    #[file] two: Option<Bytes>,
) -> Value {
    let many = many.map(|many| many.iter().map(Bytes::len).collect::<Vec<_>>());
    json!([one.len(), many, two.map(|two| two.len())])
}

#[post("/avatar")]
async fn avatar(
    #[file(max_size = 10, content_types = ["image/png", "text/*"])] image: UploadFile,
    #[form] caption: Option<String>,
) -> Value {
    json!([image.size(), caption])
}

fn app() -> App {
    App::new("Files", "1").routes(routes![
        facts, contents, text, many, optional, bytes, avatar
    ])
}

#[tokio::test]
async fn files_have_the_names_that_the_client_gave_them() {
    let client = TestClient::start(app()).await;
    let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"../é;.txt\"";
    let form = Form::new().part(
        &[disposition, "Content-Type: text/plain", "X-Part: 1"],
        "hello",
    );
    let answer = form.post(&client, "/facts").await;
    assert_eq!(
        answer.json::<Value>(),
        json!(["../é;.txt", "text/plain", 5, "1"])
    );
    let form = Form::new().part(&[disposition], "hello");
    let answer = form.post(&client, "/facts").await;
    assert_eq!(answer.json::<Value>(), json!(["../é;.txt", null, 5, null]));
    let form = Form::new().file("file", "a", "1").file("file", "b", "22");
    let answer = form.post(&client, "/facts").await;
    assert_eq!(answer.json::<Value>()[0], "b", "the last one counts");
}

#[tokio::test]
async fn files_are_the_same_in_memory_and_on_disk() {
    let client = TestClient::start(app()).await;
    for length in [3, 100_000, 1 << 20, (1 << 20) + 1, 3_000_001, 20_000_000] {
        let data: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let sum = data.iter().map(|byte| usize::from(*byte)).sum::<usize>();
        let form = Form::new().file("other", "o", &data[..length.min(2_000_000)]);
        let answer = form
            .file("file", "f", &data)
            .post(&client, "/contents")
            .await;
        assert_eq!(answer.json::<Vec<usize>>(), [length, sum]);
    }
    let answer = Form::new()
        .file("file", "f", b"a\xff")
        .post(&client, "/text")
        .await;
    assert_eq!(answer.json::<String>(), "a\u{fffd}");
}

#[tokio::test]
async fn an_argument_may_take_several_files_or_none() {
    let client = TestClient::start(app()).await;
    let form = Form::new()
        .file("file", "a", "")
        .file("file", "", "")
        .file("file", "b", "1");
    assert_eq!(
        form.post(&client, "/many").await.json::<Value>(),
        json!(["a", "b"])
    );
    let missing = json!([["missing", ["body", "file"]]]);
    for form in [
        Form::new(),
        Form::new().file("file", "", ""),
        Form::new().file("x", "a", ""),
    ] {
        let body = form.end();
        for path in ["/many", "/facts"] {
            let answer = super::support::post(&client, path, body.clone()).await;
            assert_eq!(errors(&answer), missing);
        }
        let answer = super::support::post(&client, "/optional", body).await;
        assert_eq!(answer.json::<Value>(), json!([null, null]));
    }
    let answer = client.post("/facts").send().await;
    assert_eq!(errors(&answer), missing);
    let form = Form::new()
        .file("file", "a", "12")
        .file("more", "b", "")
        .file("more", "c", "");
    let answer = form.post(&client, "/optional").await;
    assert_eq!(answer.json::<Value>(), json!([2, ["b", "c"]]));
}

#[tokio::test]
async fn files_are_not_fields() {
    let client = TestClient::start(app()).await;
    let answer = Form::new()
        .field("file", "text")
        .post(&client, "/facts")
        .await;
    let detail = &answer.json::<Value>()["detail"][0];
    assert_eq!(detail["type"], "value_error");
    assert_eq!(detail["loc"], json!(["body", "file"]));
    assert_eq!(detail["msg"], "Value error, Expected a file, received text");
    assert_eq!(detail["input"], "text");
    let answer = client.post("/facts").form(&[("file", "text")]).send().await;
    assert_eq!(errors(&answer), json!([["value_error", ["body", "file"]]]));
    let form = Form::new().file("file", "a", "").field("file", "text");
    let answer = form.post(&client, "/many").await;
    assert_eq!(
        errors(&answer),
        json!([["value_error", ["body", "file", 1]]])
    );
}

#[tokio::test]
async fn files_can_be_taken_as_bytes() {
    let client = TestClient::start(app()).await;
    let large = vec![b'x'; 3_000_000];
    let form = Form::new().file("one", "a", &large).file("many", "b", "1");
    let answer = form
        .file("many", "c", "22")
        .field("two", "text")
        .post(&client, "/bytes")
        .await;
    assert_eq!(answer.json::<Value>(), json!([3_000_000, [1, 2], 4]));
    let answer = Form::new()
        .file("one", "a", "")
        .post(&client, "/bytes")
        .await;
    assert_eq!(answer.json::<Value>(), json!([0, null, null]));
}

#[tokio::test]
async fn files_are_refused_while_they_arrive() {
    let client = TestClient::start(app()).await;
    let image = |content_type: &str, data: &str| {
        let form = Form::new().typed("image", "i", content_type, data);
        form.field("caption", "c").post(&client, "/avatar")
    };
    for content_type in ["image/png", "Image/PNG; q=1", "text/plain", "TEXT/html"] {
        let answer = image(content_type, "0123456789").await;
        assert_eq!(answer.json::<Value>(), json!([10, "c"]), "{content_type}");
    }
    let answer = image("image/png", "0123456789a").await;
    assert_eq!(answer.status(), 422);
    assert_eq!(
        answer.json::<Value>()["detail"],
        json!([{
            "type": "bytes_too_long", "loc": ["body", "image"],
            "msg": "Data should have at most 10 bytes", "ctx": {"max_length": 10}
        }])
    );
    let answer = image("image/gif", "1").await;
    assert_eq!(
        answer.json::<Value>()["detail"],
        json!([{
            "type": "literal_error", "loc": ["body", "image", "content_type"],
            "msg": "Input should be 'image/png' or 'text/*'",
            "input": "image/gif", "ctx": {"expected": "'image/png' or 'text/*'"}
        }])
    );
    let answer = Form::new().typed("image", "", "application/octet-stream", "");
    let answer = answer.post(&client, "/avatar").await;
    assert_eq!(errors(&answer), json!([["missing", ["body", "image"]]]));
}

#[post("/keep")]
async fn keep(file: UploadFile, #[query] path: String) -> Result<()> {
    file.persist(path).await
}

#[tokio::test]
async fn files_are_kept_under_any_name_that_a_folder_can_hold() {
    let folder = tempfile::tempdir().unwrap();
    let client = TestClient::start(App::new("Kept", "1").routes(routes![keep])).await;
    for name in ["x".repeat(255), "é".repeat(127)] {
        let path = folder.path().join(name);
        let uri = format!("/keep?path={}", path.to_str().unwrap());
        let form = Form::new().file("file", "f", "content");
        assert_eq!(form.post(&client, &uri).await.status(), 200);
        assert_eq!(fs::read_to_string(path).unwrap(), "content");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[tokio::test]
async fn files_are_limited_in_number() {
    let client = TestClient::start(app()).await;
    let files = |count| (0..count).fold(Form::new(), |form, _| form.file("file", "f", "x"));
    assert_eq!(files(1000).post(&client, "/many").await.status(), 200);
    let answer = files(1001).post(&client, "/many").await;
    assert_eq!(answer.status(), 400);
    let detail = &answer.json::<Value>()["detail"];
    assert_eq!(detail, "Too many files. Maximum number of files is 1000.");
}
