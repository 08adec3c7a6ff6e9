//! The end of a stream, and the length announced to the client: what the client receives, and the outcome that the exit
//! receives.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use fastrs::{Body, prelude::*, testing::TestServer};
use futures_core::Stream;
use http::{HeaderValue, header::CONTENT_LENGTH};
use http_body::Body as HttpBody;
use http_body_util::BodyExt;
use tokio::{io::AsyncReadExt, net::TcpStream};
use tower_http::compression::CompressionLayer;

use crate::{
    journal::{Journal, journal, told},
    wire::{Wire, serve},
};

/// The parts of `hello`. Like many streams, it panics when it is polled after its end.
struct Hello {
    parts: Option<std::array::IntoIter<&'static str, 2>>,
    /// Whether dropping it panics as well.
    is_dropped_badly: bool,
}

fn hello(is_dropped_badly: bool) -> Hello {
    Hello {
        parts: Some(["hel", "lo"].into_iter()),
        is_dropped_badly,
    }
}

impl Stream for Hello {
    type Item = std::result::Result<&'static str, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let parts = self.parts.as_mut().expect("polled after the end");
        let part = parts.next();
        if part.is_none() {
            self.parts = None;
        }
        Poll::Ready(part.map(Ok))
    }
}

impl Drop for Hello {
    fn drop(&mut self) {
        assert!(!self.is_dropped_badly, "on purpose");
    }
}

#[dependency]
async fn cursor(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_sent(()).await;
    journal.write(told(&outcome));
}

/// Sends `hello`, and announces as many bytes as the query says.
#[route("/hello", methods = ["GET", "HEAD"], depends = [cursor])]
async fn announced(length: Option<u32>, ready: Option<bool>, bad: Option<bool>) -> Response {
    let body = match ready {
        Some(true) => Body::from("hello"),
        _ => Body::from_stream(hello(bad == Some(true))),
    };
    let mut response = Response::new(body);
    if let Some(length) = length {
        let length = HeaderValue::from(length);
        response.headers_mut().insert(CONTENT_LENGTH, length);
    }
    response
}

async fn server() -> (TestServer, Journal) {
    let notes = Journal::new();
    let app = App::new("Ends", "1")
        .provide::<journal>(notes.clone())
        .routes(routes![announced]);
    (serve(app).await, notes)
}

/// Returns the body over HTTP/1.1, with its chunks, if it is complete.
async fn http1(server: &TestServer, method: &str, path: &str) -> Option<String> {
    let mut wire = Wire::to(server.addr()).await;
    let request = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    wire.send(&request).await;
    // A response that fails at once may not even have a head.
    let response = wire.rest().await;
    let (head, body) = response.split_once("\r\n\r\n")?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let is_complete = match length {
        _ if method == "HEAD" => body.is_empty(),
        Some(length) => body.len().to_string() == length,
        None => body.ends_with("0\r\n\r\n"),
    };
    is_complete.then(|| body.to_owned())
}

/// Returns the body over HTTP/2, if it is complete.
async fn http2(server: &TestServer, path: &str) -> Option<String> {
    let socket = TcpStream::connect(server.addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap_or_default() });
    let request = http::Request::get(server.url(path)).body(()).unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    let mut body = response.await.ok()?.into_body();
    let mut text = String::new();
    while let Some(data) = body.data().await {
        text.push_str(std::str::from_utf8(&data.ok()?).unwrap());
    }
    Some(text)
}

#[tokio::test]
async fn the_outcome_says_whether_the_client_received_everything() {
    let (server, notes) = server().await;
    let cases = [
        ("/hello", true),
        ("/hello?length=5", true),
        ("/hello?length=9", false),
        ("/hello?length=4", false),
        ("/hello?length=0", true),
        ("/hello?length=5&ready=true", true),
        ("/hello?length=9&ready=true", true),
        ("/hello?length=4&ready=true", true),
    ];
    for (path, is_complete) in cases {
        let expected = if is_complete { "success" } else { "500" };
        let body = http1(&server, "GET", path).await;
        assert_eq!(body.is_some(), is_complete, "{path}: {body:?}");
        notes.until(expected).await;
        assert_eq!(notes.take(), [expected], "{path}");
        if path == "/hello?length=0" {
            // h2's client treats a stream with a body of that length as an error.
            continue;
        }
        let body = http2(&server, path).await;
        assert_eq!(body.is_some(), is_complete, "HTTP/2, {path}: {body:?}");
        notes.until(expected).await;
        assert_eq!(notes.take(), [expected], "HTTP/2, {path}");
    }
    for path in ["/hello?length=9", "/hello"] {
        assert!(http1(&server, "HEAD", path).await.is_some(), "{path}");
        notes.until("success").await;
        assert_eq!(notes.take(), ["success"], "HEAD {path}");
    }
    server.stop().await;
}

#[get("/reply")]
async fn reply(reply: &mut Reply) -> PlainText {
    reply.header("content-length", "9");
    PlainText("hello".to_owned())
}

#[get("/empty")]
async fn empty(reply: &mut Reply) {
    reply.header("content-length", "9");
}

#[tokio::test]
async fn a_length_that_contradicts_a_ready_body_is_corrected() {
    let server = serve(App::new("Ends", "1").routes(routes![reply, empty])).await;
    assert_eq!(
        http1(&server, "GET", "/reply").await.as_deref(),
        Some("hello")
    );
    assert_eq!(http2(&server, "/reply").await.as_deref(), Some("hello"));
    assert!(http1(&server, "GET", "/empty").await.is_some());
    server.stop().await;
}

#[tokio::test]
async fn a_panic_in_the_drop_of_a_stream_does_not_affect_the_client() {
    let (server, notes) = server().await;
    for path in ["/hello?bad=true", "/hello?bad=true&length=5"] {
        assert!(http1(&server, "GET", path).await.is_some(), "{path}");
        assert_eq!(http2(&server, path).await.as_deref(), Some("hello"));
        notes.until("success").await;
        assert_eq!(notes.take(), ["success", "success"], "{path}");
    }
    server.stop().await;
}

/// A layer that compresses polls once more after the end.
#[tokio::test]
async fn a_stream_is_not_polled_after_its_end_by_a_layer() {
    let routes = || routes![announced];
    let layer = CompressionLayer::new;
    let apps = [
        App::new("Ends", "1").routes(routes()).layer(layer()),
        App::new("Ends", "1").include(Router::new("").routes(routes()).layer(layer())),
    ];
    for app in apps {
        let server = serve(app.provide::<journal>(Journal::new())).await;
        let mut socket = TcpStream::connect(server.addr()).await.unwrap();
        let request = "GET /hello HTTP/1.1\r\nhost: test\r\nconnection: close\r\naccept-encoding: gzip\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut socket, request.as_bytes())
            .await
            .unwrap();
        let mut response = Vec::new();
        socket.read_to_end(&mut response).await.unwrap();
        let text = String::from_utf8_lossy(&response);
        assert!(text.contains("content-encoding: gzip"), "{text}");
        assert!(response.ends_with(b"0\r\n\r\n"), "{text}");
        server.stop().await;
    }
}

/// A body of another crate that must not be polled after its end.
struct Strict(Hello);

impl HttpBody for Strict {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, Infallible>>> {
        let part = Pin::new(&mut self.0).poll_next(cx);
        part.map_ok(|part| http_body::Frame::data(part.into()))
    }
}

#[tokio::test]
async fn a_body_that_has_ended_stays_at_its_end() {
    for mut body in [
        Body::from_stream(hello(false)),
        Body::new(Strict(hello(false))),
    ] {
        while body.frame().await.is_some() {}
        assert!(body.frame().await.is_none());
        assert!(body.is_end_stream());
    }
    for mut body in [
        Body::from_stream(hello(false)),
        Body::new(Strict(hello(false))),
    ] {
        while body.chunk().await.unwrap().is_some() {}
        assert!(body.chunk().await.unwrap().is_none());
    }
}
