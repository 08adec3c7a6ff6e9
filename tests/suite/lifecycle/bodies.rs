//! Request bodies that stall, break off or are too long: the error is the client's, wherever it is noticed.

use std::{error::Error, fmt, time::Duration};

use fastrs::{Body, BoxError, ServeConfig, prelude::*};
use http_body_util::BodyExt;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::wire::{Wire, serve};

#[post("/bytes")]
async fn bytes(body: Bytes) -> usize {
    body.len()
}

#[post("/chunks", body_limit = 10)]
async fn chunks(mut body: Body) -> Result<usize> {
    let mut count = 0;
    while let Some(chunk) = body.chunk().await? {
        count += chunk.len();
    }
    Ok(count)
}

/// The error of an HTTP client whose request body fails.
#[derive(Debug)]
struct NotSent(BoxError);

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was not sent")
    }
}

impl Error for NotSent {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

async fn send(mut body: Body) -> std::result::Result<(), NotSent> {
    while let Some(frame) = body.frame().await {
        frame.map_err(NotSent)?;
    }
    Ok(())
}

/// Passes its body on, as a proxy does.
#[post("/proxy", body_limit = 10)]
async fn proxy(body: Body) -> Result<()> {
    Ok(send(body).await?)
}

#[post("/anyhow", body_limit = 10)]
async fn with_context(body: Body) -> Result<()> {
    let sent = send(body).await.map_err(anyhow::Error::new);
    Ok(sent.map_err(|error| error.context("the other server"))?)
}

/// An error that declares its own status keeps it.
#[derive(Debug, HttpError)]
enum ProxyError {
    #[error("no answer")]
    #[status(502)]
    Sent(#[from] NotSent),
}

#[post("/declared", body_limit = 10)]
async fn declared(body: Body) -> Result<(), ProxyError> {
    Ok(send(body).await?)
}

#[post("/upstream")]
async fn upstream() -> Result<usize> {
    let broken = std::io::Error::other("the other server broke off");
    let body = Body::new(Broken(Some(broken)));
    Ok(body.collect(100).await?.len())
}

struct Broken(Option<std::io::Error>);

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<std::result::Result<http_body::Frame<Bytes>, std::io::Error>>> {
        std::task::Poll::Ready(self.0.take().map(Err))
    }
}

fn app(body_timeout: Duration) -> App {
    App::new("Bodies", "1")
        .config(ServeConfig::new().body_timeout(body_timeout))
        .routes(routes![
            bytes,
            chunks,
            proxy,
            with_context,
            declared,
            upstream
        ])
}

const READERS: [&str; 4] = ["/bytes", "/chunks", "/proxy", "/anyhow"];
const STALL: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

fn post(path: &str, head: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: test\r\n{head}\r\n\r\n")
}

#[tokio::test]
async fn a_body_that_stalls_is_a_408_and_ends_the_connection() {
    let server = serve(app(STALL)).await;
    for path in READERS {
        for sent in [
            "content-length: 9\r\n\r\n1",
            "transfer-encoding: chunked\r\n\r\n1\r\n1\r\n",
        ] {
            let mut wire = Wire::to(server.addr()).await;
            let (head, part) = sent.split_once("\r\n\r\n").unwrap();
            wire.send(&post(path, head)).await;
            wire.send(part).await;
            let answer = wire.answer().await;
            assert_eq!(answer.status(), "408", "{path}: {answer:?}");
            assert_eq!(answer.body, r#"{"detail":"Request Timeout"}"#, "{path}");
            assert_eq!(answer.header("connection"), Some("close"), "{path}");
            assert_eq!(wire.rest().await, "", "{path}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_keeps_coming_may_take_longer() {
    let config = ServeConfig::new().body_timeout(STALL).min_body_rate(0);
    let server = serve(app(STALL).config(config)).await;
    for path in READERS {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&post(path, "content-length: 8")).await;
        for byte in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            sleep(STALL / 4).await;
            wire.send(byte).await;
        }
        assert_eq!(wire.answer().await.status(), "200", "{path}");
        wire.request("GET /nowhere").await;
        assert_eq!(wire.answer().await.status(), "404", "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_arrives_byte_by_byte_is_a_408() {
    let server = serve(app(STALL)).await;
    for path in READERS {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&post(path, "content-length: 9")).await;
        let mut sent = 0;
        while timeout(STALL / 6, wire.readable()).await.is_err() {
            sent += 1;
            assert!(sent < 9, "{path}: all of it was read");
            wire.send("a").await;
        }
        assert_eq!(
            wire.answer().await.status(),
            "408",
            "{path} after {sent} bytes"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_slow_body_is_a_408_only_below_the_lowest_rate() {
    for (min_rate, status) in [(50, "200"), (10_000, "408")] {
        let config = ServeConfig::new()
            .body_timeout(STALL)
            .min_body_rate(min_rate);
        let server = serve(app(STALL).config(config)).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&post("/bytes", "content-length: 120")).await;
        let mut left = 120;
        while left > 0 && timeout(STALL / 4, wire.readable()).await.is_err() {
            wire.send("0123456789").await;
            left -= 10;
        }
        assert_eq!(wire.answer().await.status(), status, "{min_rate}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_stalled_body_ends_its_stream_and_no_other_in_http_2() {
    let server = serve(app(STALL)).await;
    let socket = TcpStream::connect(server.addr()).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    let connection = tokio::spawn(connection);
    for _ in 0..2 {
        let mut client = client.clone().ready().await.unwrap();
        let request = http::Request::post(server.url("/bytes")).body(()).unwrap();
        let (answer, mut body) = client.send_request(request, false).unwrap();
        body.send_data(Bytes::from_static(b"1"), false).unwrap();
        assert_eq!(answer.await.unwrap().status(), 408);
    }
    drop(client);
    connection.abort();
    server.stop().await;
}

#[tokio::test]
async fn the_default_is_half_a_minute() {
    let text = format!("{:?}", ServeConfig::new());
    assert!(text.contains("body_timeout: 30s"), "{text}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_400() {
    let server = serve(app(LONG)).await;
    for path in READERS {
        for head in ["content-length: 9", "transfer-encoding: chunked"] {
            let mut wire = Wire::to(server.addr()).await;
            wire.send(&post(path, head)).await;
            wire.send("1").await;
            let answer = wire.half_close().await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{path}: {answer}");
            let detail = r#"{"detail":"There was an error parsing the body"}"#;
            assert!(answer.ends_with(detail), "{path}: {answer}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_a_413() {
    let server = serve(app(LONG)).await;
    for path in &READERS[1..] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&post(path, "transfer-encoding: chunked")).await;
        wire.send("14\r\n01234567890123456789\r\n0\r\n\r\n").await;
        let answer = wire.answer().await;
        assert_eq!(answer.status(), "413", "{path}: {answer:?}");
        assert_eq!(answer.body, r#"{"detail":"Content Too Large"}"#, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn other_errors_keep_their_status() {
    let server = serve(app(LONG)).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&post("/declared", "transfer-encoding: chunked"))
        .await;
    wire.send("14\r\n01234567890123456789\r\n0\r\n\r\n").await;
    assert_eq!(wire.answer().await.status(), "502", "its own");
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&post("/upstream", "content-length: 0")).await;
    assert_eq!(wire.answer().await.status(), "500", "another body");
    server.stop().await;
}
