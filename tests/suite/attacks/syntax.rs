//! Heads and request lines that are not HTTP, or name another host.

use super::*;
use crate::wire::{Wire, serve};

#[tokio::test]
async fn a_head_has_only_the_characters_of_http() {
    let get = |fields: &str| format!("GET /word HTTP/1.1\r\nhost: test\r\n{fields}\r\n\r\n");
    let fields = [
        "x: a\rb",
        "x: a\0b",
        "x: a\x01b",
        "x: a\x7fb",
        "x y: z",
        ": z",
        "x",
        "x\t: z",
        "\u{e9}: z",
        "(x): z",
    ];
    assert_refused(fields.map(|fields| (get(fields), "400"))).await;
    assert_refused(["GET /word HTTP/1.1\r\n host: test\r\n\r\n"].map(|head| (head, "400"))).await;
}

#[tokio::test]
async fn a_request_has_one_host() {
    let hosts = [
        "",
        "host: test\r\nhost: test\r\n",
        "host: test\r\nHost: evil\r\n",
        "host: a/b@c\r\n",
        "host: test, evil\r\n",
        "host: test evil\r\n",
        "host: user@test\r\n",
        "host:\r\n",
        "host: test:port\r\n",
        "host: test:65536\r\n",
        "host: [::1]:65536\r\n",
        "host: [::1\r\n",
        "host: \u{e9}\r\n",
    ];
    assert_refused(hosts.map(|host| (format!("GET /word HTTP/1.1\r\n{host}\r\n"), "400"))).await;
    // HTTP/1.0 may omit it (RFC 9112, 3.2).
    let old = hosts[1..].iter();
    let old = old.map(|host| (format!("GET /word HTTP/1.0\r\n{host}\r\n"), "400"));
    assert_refused(old).await;
}

#[tokio::test]
async fn a_target_is_a_path_or_a_url_of_this_host() {
    let line = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: test\r\n\r\n");
    let refused = [
        "@google.com",
        "foo",
        "*",
        "foo:80",
        "test:80",
        "?x",
        "\\x",
        "http://evil/word",
        "http://evil:80/word",
        "http://test@evil/word",
        "http://user@test/word",
        "http://test:80/word",
        "ftp://test/word",
        "file:///etc/passwd",
        "javascript://test/word",
        "http:///word",
        "/wo\u{1}rd",
    ];
    assert_refused(refused.map(|target| (line(target), "400"))).await;

    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    for (target, status) in [
        ("/word", "200"),
        ("/word#fragment", "200"),
        ("http://test/word", "200"),
        ("HTTP://TEST/word", "200"),
        ("https://test/word", "200"),
        ("//evil/word", "404"),
        ("//", "404"),
        ("/../word", "404"),
        ("/%77ord", "200"),
        ("/\\evil", "404"),
    ] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(line(target)).await;
        let answer = soon(wire.answer()).await;
        assert_eq!(answer.status(), status, "{target}: {answer:?}");
        assert_eq!(answer.header("location"), None, "{target}");
    }
}

#[tokio::test]
async fn other_versions_are_refused() {
    let mut tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    tls.extend_from_slice(&[7; 200]);
    let lines: [(&[u8], &str); 9] = [
        (b"GET /word\r\n\r\n", "400"),
        (b"GET /word HTTP/0.9\r\nhost: test\r\n\r\n", "400"),
        (b"GET /word HTTP/1.2\r\nhost: test\r\n\r\n", "400"),
        (b"GET /word HTTP/2.0\r\nhost: test\r\n\r\n", "400"),
        (b"GET /word HTTP/3.0\r\nhost: test\r\n\r\n", "400"),
        (b"GET /word http/1.1\r\nhost: test\r\n\r\n", "400"),
        (b"GET /word HTTP/1.1x\r\nhost: test\r\n\r\n", "400"),
        (b"GET  /word HTTP/1.1\r\nhost: test\r\n\r\n", "400"),
        (&tls, "400"),
    ];
    assert_refused(lines).await;
}

#[tokio::test]
async fn lines_and_counts_are_limited() {
    let get =
        |path: &str, fields: &str| format!("GET {path} HTTP/1.1\r\nhost: test\r\n{fields}\r\n");
    let path = |length: usize| format!("/{}", "x".repeat(length));
    let field = |length: usize| format!("x: {}\r\n", "y".repeat(length));
    let count = |count: usize| {
        (0..count)
            .map(|at| format!("x{at}: y\r\n"))
            .collect::<String>()
    };
    assert_refused([
        (get(&path(8 * 1024), ""), "414"),
        (get(&path(64 * 1024), ""), "431"),
        (get(&path(70 * 1024), ""), "431"),
        (get("/word", &field(33 * 1024)), "431"),
        (get("/word", &field(500 * 1024)), "431"),
        (get("/word", &field(2 * 1024 * 1024)), "431"),
        (get("/word", &count(100)), "431"),
        (get("/word", &count(1000)), "431"),
    ])
    .await;
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    for (head, status) in [
        (get(&path(8 * 1024 - 1), ""), "404"),
        (get("/word", &field(16 * 1024)), "200"),
        (get("/word", &count(99)), "200"),
    ] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(head).await;
        assert_eq!(soon(wire.answer()).await.status(), status);
    }
}
