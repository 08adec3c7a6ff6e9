//! Requests whose body is passed on unread.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use fastrs::{Body, prelude::*, testing::TestClient};
use futures_core::Stream;
use tokio::sync::mpsc;

use crate::{
    journal::{Journal, journal},
    wire::{Wire, serve},
};

#[post("/count", body_limit = 10)]
async fn count(mut body: Body, #[depends(journal)] journal: &Journal) -> Result<usize> {
    journal.write("begun");
    let mut count = 0;
    while let Some(bytes) = body.chunk().await? {
        journal.write(String::from_utf8_lossy(&bytes));
        count += bytes.len();
    }
    Ok(count)
}

#[post("/ignore")]
async fn ignore(_body: Body) -> &'static str {
    "ignored"
}

/// Echoes the body as it arrives.
#[post("/echo")]
async fn echo(body: Body) -> Response {
    Response::new(body)
}

fn app() -> (App, Journal) {
    let notes = Journal::new();
    let app = App::new("Requests", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![count, ignore, echo]);
    (app, notes)
}

#[tokio::test]
async fn the_handler_runs_before_its_body_has_arrived() {
    let (app, notes) = app();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("POST /count HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\n")
        .await;
    notes.until("begun").await;
    wire.send("one").await;
    notes.until("one").await;
    wire.send("two").await;
    assert_eq!(wire.answer().await.body, "6");
    server.stop().await;
}

/// Chunks without a length.
struct Chunks(mpsc::UnboundedReceiver<&'static str>);

impl Stream for Chunks {
    type Item = std::result::Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = self.0.poll_recv(task);
        chunk.map(|chunk| chunk.map(|chunk| Ok(chunk.into())))
    }
}

#[tokio::test]
async fn the_limit_applies_while_the_body_is_read() {
    let (app, notes) = app();
    let client = TestClient::start(app).await;
    let announced = client.post("/count").body("x".repeat(11)).await;
    assert_eq!(announced.status(), 413);
    assert!(notes.take().is_empty(), "the handler has not run");

    let (sender, receiver) = mpsc::unbounded_channel();
    for chunk in ["12345", "67890", "1"] {
        sender.send(chunk).unwrap();
    }
    let streamed = client
        .post("/count")
        .body(Body::from_stream(Chunks(receiver)))
        .await;
    assert_eq!(streamed.status(), 413);
    assert_eq!(streamed.text(), r#"{"detail":"Content Too Large"}"#);
    assert_eq!(notes.take(), ["begun", "12345", "67890"]);
}

#[tokio::test]
async fn an_unread_body_has_no_effect_on_the_next_request() {
    let (app, _notes) = app();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    for _ in 0..3 {
        wire.send("POST /ignore HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc")
            .await;
        assert_eq!(wire.answer().await.body, r#""ignored""#);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_received_can_be_sent_back() {
    let (app, _notes) = app();
    let client = TestClient::start(app).await;
    assert_eq!(
        client.post("/echo").body("there and back").await.text(),
        "there and back"
    );
}

#[tokio::test]
async fn an_unread_body_is_documented_as_bytes() {
    let (app, _notes) = app();
    let document = app.document();
    let body = &document["paths"]["/echo"]["post"]["requestBody"];
    assert!(
        body["content"]["application/octet-stream"].is_object(),
        "{body}"
    );
}

#[dependency]
async fn signature(body: Bytes) -> usize {
    body.len()
}

#[post("/both")]
async fn both(body: Body, #[depends(signature)] _signature: &usize) -> Response {
    Response::new(body)
}

#[tokio::test]
async fn a_body_handed_over_unread_is_unavailable_to_others() {
    let error = App::new("Two", "1")
        .routes(routes![both])
        .build()
        .unwrap_err();
    let problem = &error.problems()[0];
    assert!(
        problem.ends_with(
            "a request has one body, but it is taken by both `body` of the dependency `signature` (bytes) and \
             `body` (an unread body)"
        ),
        "{problem}"
    );
}
