//! Helpers that the chapters share: golden files, and one line per request.

use std::path::Path;

use fastrs::{
    App, Value, json,
    testing::{TestClient, TestRequest, TestResponse},
};

/// Compares a value with a reviewed file. `UPDATE_GOLDEN=1` rewrites the file, to be reviewed as a diff.
#[track_caller]
pub(crate) fn golden(name: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name);
    let mut found = serde_json::to_string_pretty(value).expect("a value is JSON");
    found.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a file has a parent directory"))
            .expect("a folder can be created");
        std::fs::write(&path, &found).expect("a golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == found {
        return;
    }
    let line = expected
        .lines()
        .zip(found.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| {
        let first = line.saturating_sub(4);
        text.lines()
            .skip(first)
            .take(12)
            .collect::<Vec<_>>()
            .join("\n")
    };
    panic!(
        "{} differs at line {}; `UPDATE_GOLDEN=1` rewrites it\n--- expected\n{}\n--- found\n{}",
        path.display(),
        line + 1,
        around(&expected),
        around(&found)
    );
}

/// Returns the document of an app, as it is served.
pub(crate) async fn document(app: App) -> Value {
    let client = TestClient::start(app).await;
    let document = client.get("/openapi.json").send().await.json();
    client.stop().await;
    document
}

/// Returns a response as a golden file shows it: the status, the media type, and the body.
pub(crate) fn shown(answer: &TestResponse) -> Value {
    let media = answer.header("content-type");
    let body = match media {
        Some(media) if media.starts_with("application/json") => answer.json(),
        _ => Value::String(answer.text()),
    };
    json!({ "status": answer.status().as_u16(), "content-type": media, "body": body })
}

/// Returns the `[type, loc]` of each error of a 422, or else the response itself.
pub(crate) fn errors(answer: &TestResponse) -> Value {
    if answer.status() != 422 {
        return shown(answer);
    }
    let body: Value = answer.json();
    let details = body["detail"].as_array().cloned().unwrap_or_default();
    details
        .iter()
        .map(|error| json!([error["type"], error["loc"]]))
        .collect()
}

/// Sends a body unchanged, as `application/json`.
pub(crate) fn raw_json(request: TestRequest<'_>, body: impl Into<fastrs::Body>) -> TestRequest<'_> {
    request
        .header("content-type", "application/json")
        .body(body)
}
