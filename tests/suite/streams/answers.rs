//! The order in which a response is sent, its body is streamed, and exits and tasks run.

use fastrs::{Body, prelude::*, testing::TestClient};

use super::{app, item, source, transaction};
use crate::journal::{Journal, journal};

#[tokio::test]
async fn exits_and_tasks_follow_the_last_byte() {
    let (app, items, notes) = app();
    let client = TestClient::start(app).await;
    for text in ["one ", "two"] {
        items.send(item(text)).unwrap();
    }
    drop(items);
    assert_eq!(client.get("/items").await.text(), "one two");
    assert_eq!(
        notes.take(),
        ["done: success", "dropped", "sent: success", "task"]
    );
    client.stop().await;
}

#[tokio::test]
async fn a_task_follows_a_stream_that_has_no_exit() {
    let (app, items, notes) = app();
    let client = TestClient::start(app).await;
    items.send(item("all")).unwrap();
    drop(items);
    assert_eq!(client.get("/plain").await.text(), "all");
    assert_eq!(notes.take(), ["dropped", "task"]);
}

#[get("/bytes", depends = [source, transaction])]
async fn bytes(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) -> &'static str {
    tasks.add(async move { journal.write("task") });
    "bytes"
}

#[get("/refused", depends = [source, transaction])]
async fn refused(status: u16) -> Result<()> {
    Err(HttpError::new(status, "refused"))
}

#[dependency]
async fn fails(lend: Yield<()>) -> Result<()> {
    lend.until_done(()).await;
    Err(HttpError::new(503, "no commit"))
}

#[get("/fails", depends = [source, fails])]
async fn fails_at_the_end() -> &'static str {
    "never"
}

#[dependency]
async fn late(#[depends(journal)] journal: &Journal, lend: Yield<()>) -> Result<()> {
    lend.until_sent(()).await;
    journal.write("late");
    Err(HttpError::new(500, "too late"))
}

#[get("/late", depends = [source, late])]
async fn fails_too_late() -> &'static str {
    "sent"
}

#[get("/empty", status = 204, depends = [source])]
async fn empty() {}

#[tokio::test]
async fn every_response_ends() {
    let notes = Journal::new();
    let app = App::new("Ends", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![
            bytes,
            refused,
            fails_at_the_end,
            fails_too_late,
            empty
        ]);
    let client = TestClient::start(app).await;
    for (method, path, status, lines) in [
        (
            "GET",
            "/bytes",
            200,
            &["done: success", "sent: success", "task"][..],
        ),
        (
            "HEAD",
            "/bytes",
            200,
            &["done: success", "sent: success", "task"],
        ),
        (
            "GET",
            "/refused?status=404",
            404,
            &["done: 404", "sent: 404"],
        ),
        (
            "GET",
            "/refused?status=500",
            500,
            &["done: 500", "sent: 500"],
        ),
        ("GET", "/fails", 503, &["sent: 503"]),
        ("GET", "/late", 200, &["late", "sent: 500"]),
        ("GET", "/empty", 204, &["sent: success"]),
    ] {
        let answer = client.request(method, path).await;
        assert_eq!(answer.status(), status, "{method} {path}");
        if path == "/bytes" {
            assert_eq!(answer.header("content-length"), Some("7"), "{method}");
        }
        assert_eq!(notes.take(), lines, "{method} {path}");
    }
    client.stop().await;
}

#[get("/echo")]
async fn echo() -> Response {
    Response::new(Body::from("plain"))
}

#[tokio::test]
async fn an_unread_response_also_ends() {
    use tower_service::Service;
    let (app, _items, notes) = app();
    let mut service = app.routes(routes![echo]).into_service().await.unwrap();
    let request = http::Request::get("/items").body(Body::empty()).unwrap();
    let answer = service.call(request).await.unwrap();
    assert_eq!(notes.take(), ["done: success"]);
    drop(answer);
    notes.until("task").await;
    assert_eq!(notes.take(), ["dropped", "sent: aborted", "task"]);
}
