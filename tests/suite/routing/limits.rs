//! Bodies over the limit.

use fastrs::prelude::*;

use crate::{
    journal::{Journal, journal},
    wire::{RawResponse, Wire, serve},
};

#[dependency]
async fn noted(#[depends(journal)] journal: &Journal) {
    journal.write("called");
}

#[post("/default", depends = [noted])]
async fn by_default(#[body] text: String) -> usize {
    text.len()
}

#[post("/route", body_limit = 40, depends = [noted])]
async fn by_route(#[body] text: String) -> usize {
    text.len()
}

#[post("/unread", depends = [noted])]
async fn unread() {}

fn app(notes: &Journal) -> App {
    let inner = Router::new("/inner")
        .body_limit(30)
        .routes(routes![by_default, by_route]);
    App::new("Limits", "1")
        .provide::<journal>(notes.clone())
        .body_limit(10)
        .routes(routes![by_default, by_route, unread])
        .include(
            Router::new("/outer")
                .body_limit(20)
                .routes(routes![by_default])
                .include(inner),
        )
}

fn text(length: usize) -> String {
    format!("\"{}\"", "x".repeat(length - 2))
}

const HEAD: &str = "HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n";

/// Announces a body with `Expect: 100-continue`, and sends it only if the server responds with a 100.
async fn announced(wire: &mut Wire, path: &str, length: usize) -> RawResponse {
    wire.send(&format!(
        "POST {path} {HEAD}expect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
    ))
    .await;
    let first = wire.head().await;
    if !first.starts_with("HTTP/1.1 100 ") {
        return wire.answer_to(first).await;
    }
    wire.send(&text(length)).await;
    wire.answer().await
}

async fn chunked(wire: &mut Wire, path: &str, length: usize) -> RawResponse {
    wire.send(&format!(
        "POST {path} {HEAD}transfer-encoding: chunked\r\n\r\n"
    ))
    .await;
    for byte in text(length).chars() {
        wire.send(&format!("1\r\n{byte}\r\n")).await;
    }
    wire.send("0\r\n\r\n").await;
    wire.answer().await
}

#[tokio::test]
async fn the_nearest_limit_applies_to_each_route() {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    for (path, limit) in [
        ("/default", 10),
        ("/route", 40),
        ("/outer/default", 20),
        ("/outer/inner/default", 30),
        ("/outer/inner/route", 40),
    ] {
        for (length, status) in [(limit, "200"), (limit + 1, "413")] {
            for way in ["announced", "chunked"] {
                let mut wire = Wire::to(server.addr()).await;
                let answer = match way {
                    "announced" => announced(&mut wire, path, length).await,
                    _ => chunked(&mut wire, path, length).await,
                };
                assert_eq!(answer.status(), status, "{path} {length} {way}");
                let (body, called) = match status {
                    "200" => ((length - 2).to_string(), 1),
                    _ => (r#"{"detail":"Content Too Large"}"#.to_owned(), 0),
                };
                assert_eq!(answer.body, body, "{path} {length} {way}");
                assert_eq!(notes.take().len(), called, "{path} {length} {way}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unread_body_is_limited_too() {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    let mut wire = Wire::to(server.addr()).await;
    assert_eq!(announced(&mut wire, "/unread", 11).await.status(), "413");
    server.stop().await;
}

#[tokio::test]
async fn the_default_is_two_mebibytes() {
    let notes = Journal::new();
    let app = App::new("Limits", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![by_default]);
    let client = fastrs::testing::TestClient::start(app).await;
    for (length, status) in [(2 << 20, 200), ((2 << 20) + 1, 413)] {
        let answer = client
            .post("/default")
            .header("content-type", "application/json")
            .body(text(length))
            .await;
        assert_eq!(answer.status(), status, "{length}");
    }
}
