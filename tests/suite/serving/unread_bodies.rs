//! Requests whose body is not read, or not when expected: the next request is never lost silently.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
    time::Duration,
};

use fastrs::{Body, ServeConfig, prelude::*};
use tokio::{sync::mpsc, time::sleep};
use tower_service::Service;

use crate::{
    waiting::{until_closed, until_idle},
    wire::{Wire, serve},
};

#[get("/word")]
async fn word() -> PlainText {
    PlainText("word".to_owned())
}

#[post("/ignores")]
async fn ignores() -> PlainText {
    PlainText("ignored".to_owned())
}

#[post("/small", body_limit = 10)]
async fn small(body: Bytes) -> usize {
    body.len()
}

/// Responds at once; the body is read elsewhere.
#[derive(Clone)]
struct Later(mpsc::UnboundedSender<Body>);

impl Service<http::Request<Body>> for Later {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        self.0.send(request.into_body()).unwrap();
        ready(Ok(http::Response::new(Body::from("later"))))
    }
}

fn app() -> App {
    let config = ServeConfig::new()
        .head_timeout(Duration::from_millis(300))
        .keep_alive_timeout(Duration::from_secs(20));
    App::new("NoValue", "1")
        .config(config)
        .routes(routes![word, ignores, small])
}

const WORD: &str = "GET /word HTTP/1.1\r\nhost: test\r\n\r\n";

fn with_length(length: usize) -> String {
    format!("content-length: {length}\r\n\r\n{}", "b".repeat(length))
}

fn chunked(length: usize) -> String {
    let chunk = "b".repeat(length);
    format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{chunk}\r\n0\r\n\r\n")
}

/// What a keep-alive client sees: after a response without `close`, the next request gets a response.
#[tokio::test]
async fn the_connection_continues_or_the_response_announces_its_end() {
    let server = serve(app()).await;
    let (mut kept, mut closed) = (0, 0);
    for (line, status) in [
        ("POST /ignores", "200"),
        ("POST /nowhere", "404"),
        ("POST /word", "405"),
        ("GET /word", "200"),
        ("POST /small", "413"),
        ("OPTIONS /word", "204"),
    ] {
        for length in [11, 3_000, 100_000] {
            for body in [with_length(length), chunked(length)] {
                for together in [true, false] {
                    let head = format!("{line} HTTP/1.1\r\nhost: test\r\n");
                    let mut wire = Wire::to(server.addr()).await;
                    if together {
                        wire.send(&format!("{head}{body}")).await;
                    } else {
                        let (fields, body) = body.split_once("\r\n\r\n").unwrap();
                        wire.send(&format!("{head}{fields}\r\n\r\n")).await;
                        until_idle().await;
                        wire.send(body).await;
                    }
                    let answer = wire.answer().await;
                    assert_eq!(answer.status(), status, "{line}");
                    if answer.header("connection") == Some("close") {
                        closed += 1;
                        assert_eq!(wire.rest().await, "", "{line}");
                    } else {
                        kept += 1;
                        wire.send(WORD).await;
                        assert_eq!(wire.answer().await.body, "word", "{line}");
                    }
                }
            }
        }
    }
    assert!(kept > 5 && closed > 20, "{kept} kept, {closed} closed");
    server.stop().await;
}

#[tokio::test]
async fn an_announced_body_that_is_not_requested_ends_the_connection() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    let fields = "host: test\r\ncontent-length: 5\r\nexpect: 100-continue";
    wire.send(&format!("POST /ignores HTTP/1.1\r\n{fields}\r\n\r\n"))
        .await;
    let answer = wire.answer().await;
    assert_eq!(answer.status(), "200");
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(wire.rest().await, "");
    server.stop().await;
}

/// The body counts neither as a head, which has a deadline, nor as idle time.
#[tokio::test]
async fn a_body_may_arrive_long_after_its_response() {
    let (sender, mut bodies) = mpsc::unbounded_channel::<Body>();
    let server = serve(app().mount("/later", Later(sender))).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("POST /later/ HTTP/1.1\r\nhost: test\r\ncontent-length: 100000\r\n\r\n")
        .await;
    assert_eq!(wire.answer().await.body, "later");
    let body = bodies.recv().await.unwrap();
    let read = tokio::spawn(body.collect(usize::MAX));
    for _ in 0..10 {
        // Longer in total than any deadline: the test is about time.
        sleep(Duration::from_millis(100)).await;
        wire.send(&"b".repeat(10_000)).await;
    }
    assert_eq!(read.await.unwrap().unwrap().len(), 100_000);
    wire.send(WORD).await;
    assert_eq!(wire.answer().await.body, "word");

    // The body is in flight: a stop waits for it.
    wire.send("POST /later/ HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\n")
        .await;
    assert_eq!(wire.answer().await.body, "later");
    let body = bodies.recv().await.unwrap();
    let address = server.addr();
    let stopping = tokio::spawn(server.stop());
    until_closed(address).await;
    until_idle().await;
    assert!(!stopping.is_finished());
    wire.send("last").await;
    assert_eq!(body.collect(usize::MAX).await.unwrap(), "last");
    stopping.await.unwrap();
}

/// Part of the body was read, then it was dropped: the connection closes, or continues after it.
#[tokio::test]
async fn a_body_dropped_after_its_response_is_not_a_request() {
    let (sender, mut bodies) = mpsc::unbounded_channel::<Body>();
    let server = serve(app().mount("/later", Later(sender))).await;
    for length in [50, 5_000] {
        for pause in [0, 400] {
            let mut wire = Wire::to(server.addr()).await;
            let head =
                format!("POST /later/ HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n");
            wire.send(&head).await;
            assert_eq!(wire.answer().await.body, "later");
            let body = bodies.recv().await.unwrap();
            drop(body);
            // At once, or after the deadline of a head: the test is about time.
            sleep(Duration::from_millis(pause)).await;
            wire.send(&WORD.repeat(length / WORD.len() + 2)).await;
            let answers = wire.half_close().await;
            assert!(!answers.contains("\r\n\r\nword"), "{answers}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_read_after_a_body_whose_framing_is_invalid() {
    let server = serve(app()).await;
    let head = "POST /small HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n";
    for (body, status) in [
        ("2\r\nab\r\nx\r\n", "400"),
        ("2\nab\r\n0\r\n\r\n", "400"),
        ("2\r\nab\n0\r\n\r\n", "400"),
        ("2;a\n\r\nab\r\n0\r\n\r\n", "400"),
        ("2\r\nab\r\n0\n\r\n", "400"),
        ("2\r\nab\r\n0\r\n\n", "400"),
        ("2\r\nab\r\n0\r\na: b\n\r\n", "400"),
        ("2\r\nab\r\n0\r\na: b\n\n", "400"),
    ] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&format!("{head}{body}{WORD}{WORD}\r\n\r\n"))
            .await;
        let answers = wire.rest().await;
        assert!(
            answers.starts_with(&format!("HTTP/1.1 {status} ")),
            "{body:?}: {answers}"
        );
        assert!(
            answers.contains("\r\nconnection: close\r\n"),
            "{body:?}: {answers}"
        );
        assert_eq!(
            answers.matches("HTTP/1.1").count(),
            1,
            "{body:?}: {answers}"
        );
    }
    server.stop().await;
}

/// What a proxy in front and the server could divide into different requests.
#[tokio::test]
async fn no_line_of_a_head_or_a_chunked_body_ends_with_lf_alone() {
    let server = serve(app()).await;
    let bare = [
        WORD.replace('\r', ""),
        WORD.replacen("\r\n", "\n", 1),
        WORD.replace("\r\n\r\n", "\r\n\n"),
    ];
    let chunked = "transfer-encoding: chunked\r\n\r\n2\r\na\n\r\n";
    for path in ["/small", "/ignores"] {
        let mut streams = Vec::new();
        for next in &bare {
            streams.push(format!("content-length: 2\r\n\r\na\n{next}"));
            streams.push(format!("{chunked}0\r\n\r\n{next}"));
            streams.push(format!("{chunked}0\r\nx: y\r\n\r\n{next}"));
        }
        for end in ["0\n\r\n", "0\r\n\n", "0\r\nx: y\n\r\n", "0\r\nx: y\r\n\n"] {
            streams.push(format!("{chunked}{end}"));
        }
        for stream in streams {
            let request = format!("POST {path} HTTP/1.1\r\nhost: test\r\n{stream}{WORD}");
            for split in [
                0,
                request.len() - WORD.len() - 5,
                request.find("\r\n\r\n").unwrap() + 5,
            ] {
                let mut wire = Wire::to(server.addr()).await;
                let (first, rest) = request.split_at(split);
                wire.send(first).await;
                wire.send(rest).await;
                let answers = wire.rest().await;
                assert!(!answers.contains("\r\n\r\nword"), "{request:?}: {answers}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn the_connection_continues_after_trailers() {
    let server = serve(app()).await;
    let body = "transfer-encoding: chunked\r\n\r\n2\r\na\n\r\n0\r\nx: y\r\n\r\n";
    for path in ["/small", "/ignores"] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&format!(
            "POST {path} HTTP/1.1\r\nhost: test\r\n{body}{WORD}"
        ))
        .await;
        wire.answer().await;
        assert_eq!(wire.answer().await.body, "word");
    }
    server.stop().await;
}
