//! The access log of responses that the server sends without the app.

use std::time::Duration;

use fastrs::{ServeConfig, middleware::AccessLog, prelude::*};
use serde_json::Value;
use tracing::Level;

use crate::{
    log::{Lines, Log},
    waiting::soon,
    wire::{Wire, serve},
};

#[get("/")]
async fn home() -> &'static str {
    "home"
}

#[get("/waits")]
async fn waits() {
    std::future::pending().await
}

fn app(log: AccessLog, config: ServeConfig) -> App {
    App::new("Unseen", "1")
        .routes(routes![home, waits])
        .layer(log)
        .config(config)
}

/// Sends bytes until the server closes the connection, and returns the lines about them, without the time.
async fn lines_about(bytes: &str, config: ServeConfig) -> Vec<String> {
    let lines = Lines::default();
    let server = serve(app(lines.log(AccessLog::combined()), config)).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(bytes).await;
    soon(wire.rest()).await;
    // The connection's task ends after its last byte.
    server.stop().await;
    let lines = lines.take().into_iter();
    let line = |line: String| {
        let (client, rest) = line.split_once(" - - [").unwrap();
        assert_eq!(client, "127.0.0.1");
        rest.split_once("] ").unwrap().1.to_owned()
    };
    lines.map(line).collect()
}

fn config() -> ServeConfig {
    ServeConfig::new()
}

#[tokio::test]
async fn what_is_not_a_request_has_a_line() {
    let short = || config().head_timeout(Duration::from_millis(50));
    let long = "x".repeat(40_000);
    let longer = "x".repeat(70_000);
    let large = || config().max_head_bytes(1024 * 1024);
    for (bytes, config, expected) in [
        (
            "G{T / HTTP/1.1\r\n\r\n".to_owned(),
            config(),
            r#""-" 400 - "-" "-""#,
        ),
        (
            "GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n".to_owned(),
            config(),
            r#""-" 400 - "-" "-""#,
        ),
        (
            format!("GET / HTTP/1.1\r\nx: {long}"),
            config(),
            r#""-" 431 - "-" "-""#,
        ),
        (
            format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(101)),
            config(),
            r#""-" 431 - "-" "-""#,
        ),
        (
            format!("GET /{longer} HTTP/1.1\r\nhost: a\r\n\r\n"),
            large(),
            r#""-" 414 - "-" "-""#,
        ),
        (
            "GET / HTTP/1.1\r\nhost".to_owned(),
            short(),
            r#""-" 408 28 "-" "-""#,
        ),
        ("P".to_owned(), short(), r#""-" 408 28 "-" "-""#),
        (
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            config().http2(false),
            r#""-" 505 39 "-" "-""#,
        ),
    ] {
        let lines = lines_about(&bytes, config).await;
        assert_eq!(lines, [expected], "{:?}", bytes.get(..40).unwrap_or(&bytes));
    }
}

/// It gets no response.
#[tokio::test]
async fn a_silent_client_has_no_line() {
    let short = config().head_timeout(Duration::from_millis(50));
    assert_eq!(lines_about("", short).await, [""; 0]);
}

#[tokio::test]
async fn a_client_that_speaks_http2_where_it_is_off_is_logged() {
    let (log, _guard) = Log::start(Level::INFO);
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    lines_about(preface, config().http2(false)).await;
    let lines = log.take();
    let expected = "INFO refused a client that speaks HTTP/2: that needs the feature `http2`";
    assert!(
        matches!(&lines[..], [line] if line.starts_with(expected)),
        "{lines:?}"
    );
}

/// A CONNECT has no path, and the target is all that tells what the client wanted.
#[tokio::test]
async fn the_target_of_a_connect_is_logged() {
    let bytes = format!("CONNECT a:80 HTTP/1.1\r\n{HOST}\r\n");
    let lines = lines_about(&bytes, config()).await;
    assert_eq!(lines, [r#""CONNECT a:80 HTTP/1.1" 400 35 "-" "-""#]);
}

const HOST: &str = "host: a\r\n";

#[tokio::test]
async fn a_request_that_the_app_does_not_see_has_a_line() {
    let long = "x".repeat(9_000);
    let quick = config().handler_timeout(Duration::from_millis(20));
    for (request, host, config, rest) in [
        ("GET / HTTP/1.1".to_owned(), "", config(), "400 32"),
        (format!("GET /{long} HTTP/1.1"), HOST, config(), "414 25"),
        (
            "GET / HTTP/1.1".to_owned(),
            HOST,
            config().max_in_flight(0),
            "503 32",
        ),
        ("GET /waits HTTP/1.1".to_owned(), HOST, quick, "504 -"),
        ("GET / HTTP/1.1".to_owned(), HOST, config(), "200 6"),
    ] {
        let bytes = format!("{request}\r\n{host}user-agent: test\r\nconnection: close\r\n\r\n");
        let lines = lines_about(&bytes, config).await;
        assert_eq!(lines, [format!(r#""{request}" {rest} "-" "test""#)]);
    }
}

#[tokio::test]
async fn a_line_in_json_omits_what_is_not_known() {
    let lines = Lines::default();
    let server = serve(app(lines.log(AccessLog::json()), config())).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("nonsense\r\n\r\n").await;
    soon(wire.rest()).await;
    server.stop().await;
    let lines = lines.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    let line = line.as_object().unwrap();
    let keys: Vec<_> = line.keys().map(|key| &**key).collect();
    assert_eq!(keys, ["time", "client", "status", "bytes", "duration_ms"]);
    assert_eq!(line["status"], 400);
}
