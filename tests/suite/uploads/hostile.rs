//! Forms that are designed to be expensive: each is rejected.

use fastrs::{Value, json, prelude::*, testing::TestClient};

use super::support::{Form, post};

#[post("/name")]
async fn name(file: UploadFile) -> String {
    file.filename().to_owned()
}

#[post("/many")]
async fn many(#[form] a: Vec<String>) -> usize {
    a.len()
}

async fn client() -> TestClient {
    let app = App::new("Hostile", "1").body_limit(20 << 20);
    TestClient::start(app.routes(routes![name, many])).await
}

const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"f\"";

#[tokio::test]
async fn heads_of_any_size_are_refused() {
    let client = client().await;
    let many = vec!["x: y"; 5000];
    let long = format!("x: {}", "y".repeat(8 << 20));
    let nul = FILE.replace("\"f\"", "\"f\0.txt\"");
    for headers in [
        &many[..],
        &[&long],
        &[&nul],
        &[FILE, "x\0: y"],
        &[FILE, "x: y\rz"],
    ] {
        let answer = Form::new().part(headers, "").post(&client, "/name").await;
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.json::<Value>()["detail"], "Invalid multipart data.");
    }
}

#[tokio::test]
async fn parts_of_any_number_are_refused() {
    let client = client().await;
    let part = b"--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    let answer = post(&client, "/many", part.repeat(100_000)).await;
    assert_eq!(answer.status(), 400);
    let detail = &answer.json::<Value>()["detail"];
    assert_eq!(detail, "Too many fields. Maximum number of fields is 1000.");
    // Each is within its limit, but together they are not.
    let megabyte = "x".repeat(1 << 20);
    let form = (0..9).fold(Form::new(), |form, _| form.field("a", &megabyte));
    assert_eq!(form.post(&client, "/many").await.status(), 413);
}

#[tokio::test]
async fn boundaries_of_any_length_are_refused() {
    let client = client().await;
    for length in [71, 1024] {
        let media = format!("multipart/form-data; boundary={}", "X".repeat(length));
        let request = client.post("/name").header("content-type", media);
        let answer = request
            .body(Form::new().file("file", "f", "").end())
            .send()
            .await;
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.json::<Value>()["detail"], "Invalid multipart data.");
    }
}

#[tokio::test]
async fn names_are_data() {
    let client = client().await;
    for (sent, found) in [
        ("../../etc/passwd", "../../etc/passwd"),
        ("C:\\\\dir\\\\f.txt", "f.txt"),
        ("a%00b", "a%00b"),
    ] {
        let answer = Form::new()
            .file("file", sent, "")
            .post(&client, "/name")
            .await;
        assert_eq!(answer.json::<Value>(), json!(found), "{sent}");
    }
    let nested = "--Y\r\n\r\ninner\r\n--Y--\r\n--XY\r\n";
    let form = Form::new().typed("file", "f", "multipart/mixed; boundary=Y", nested);
    assert_eq!(
        form.post(&client, "/name").await.json::<Value>(),
        json!("f")
    );
}
