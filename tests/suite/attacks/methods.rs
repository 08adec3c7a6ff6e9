//! Methods, upgrades, expectations and pipelines.

use std::time::Duration;

use fastrs::ServeConfig;

use super::*;
use crate::wire::{Wire, serve};

#[tokio::test]
async fn no_method_sends_back_the_request() {
    let server = serve(app(&Journal::new())).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("TRACE /word HTTP/1.1\r\nhost: test\r\nx-secret: canary\r\n\r\n")
        .await;
    let answer = soon(wire.answer()).await;
    assert_eq!(answer.status(), "405");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"));
    let whole = format!("{answer:?}");
    assert!(!whole.contains("canary"), "{whole}");
    // There is no tunnel, whatever follows.
    for (target, expected) in [
        ("evil:80", &["400"][..]),
        ("test", &["400"]),
        ("/word", &["405", "200"]),
        ("http://test/word", &["405", "200"]),
    ] {
        let last = SMUGGLED.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        let head = format!("CONNECT {target} HTTP/1.1\r\nhost: test\r\n\r\n");
        let answers = all(&server, format!("{head}{last}")).await;
        assert_eq!(statuses(&answers), expected, "{target}: {answers}");
    }
}

/// RFC 9110, 9.3.7: the request is about the server, and not about a resource.
#[tokio::test]
async fn options_of_the_whole_server_is_a_204() {
    let server = serve(app(&Journal::new())).await;
    let mut wire = Wire::to(server.addr()).await;
    for _ in 0..2 {
        wire.request("OPTIONS *").await;
        let answer = soon(wire.answer()).await;
        assert_eq!((answer.status(), &*answer.body), ("204", ""));
    }
    wire.request("OPTIONS /word").await;
    assert_eq!(soon(wire.answer()).await.status(), "204");
}

#[tokio::test]
async fn a_route_that_is_not_an_upgrade_ignores_one() {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    for fields in [
        "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk",
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(format!(
            "GET /word HTTP/1.1\r\nhost: test\r\n{fields}\r\n\r\nGET /word HTTP/1.1\r\nhost: test\r\n\r\n"
        ))
        .await;
        for _ in 0..2 {
            let answer = soon(wire.answer()).await;
            assert_eq!(
                (answer.status(), &*answer.body),
                ("200", "word"),
                "{fields}"
            );
        }
    }
}

#[tokio::test]
async fn ten_thousand_pipelined_requests_get_their_responses_in_order() {
    let server = serve(app(&Journal::new())).await;
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let writing = tokio::spawn(async move {
        for number in 0..10_000 {
            let head = format!("GET /{number} HTTP/1.1\r\nhost: test\r\n\r\n");
            let head = match number % 2 {
                0 => head.replace(&format!("/{number}"), "/word"),
                _ => head,
            };
            writer.write_all(head.as_bytes()).await.unwrap();
        }
        let last =
            format!("GET /word HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n{SMUGGLED}");
        writer.write_all(last.as_bytes()).await.unwrap();
        writer
    });
    let mut answers = Vec::new();
    reader.read_to_end(&mut answers).await.unwrap();
    let answers = String::from_utf8(answers).unwrap();
    let statuses = statuses(&answers);
    assert_eq!(statuses.len(), 10_001);
    for (number, status) in statuses.iter().enumerate() {
        assert_eq!(*status, ["200", "404"][number % 2], "{number}");
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn a_body_that_is_refused_is_not_asked_for() {
    let server = serve(app(&Journal::new())).await;
    let expect = |path: &str, fields: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\n{fields}\r\n\r\n")
    };
    for (path, fields, status) in [
        ("/length", "content-length: 3000000", "413"),
        ("/word", "content-length: 3", "405"),
        ("/nowhere", "content-length: 3", "404"),
        ("/ignores", "content-length: 3", "200"),
        ("/ignores", "transfer-encoding: chunked", "200"),
    ] {
        let answers = all(&server, expect(path, fields)).await;
        assert_eq!(statuses(&answers), [status], "{path}: {answers}");
        assert!(answers.contains("\r\nconnection: close\r\n"), "{answers}");
    }
    let mut wire = Wire::to(server.addr()).await;
    wire.send(expect("/length", "content-length: 3")).await;
    let head = soon(wire.head()).await;
    assert!(head.starts_with("HTTP/1.1 100 "), "{head}");
    wire.send("abc").await;
    assert_eq!(soon(wire.answer()).await.body, "3");
}

#[tokio::test]
async fn a_client_that_does_not_continue_is_timed_out() {
    let config = ServeConfig::new().body_timeout(Duration::from_millis(200));
    let server = serve(app(&Journal::new()).config(config)).await;
    for fields in ["content-length: 3", "transfer-encoding: chunked"] {
        let answers = all(
            &server,
            format!(
                "POST /length HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\n{fields}\r\n\r\n"
            ),
        )
        .await;
        assert_eq!(statuses(&answers), ["100", "408"], "{answers}");
    }
}
