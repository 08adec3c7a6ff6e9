//! Responses that stream to real clients, over HTTP/1.1 and HTTP/2.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use fastrs::{Body, prelude::*, testing::TestServer};
use futures_core::Stream;
use h2::RecvStream;
use tokio::{net::TcpStream, task::JoinHandle};

use super::{app, item};
use crate::waiting::{until, until_closed, until_idle};
use crate::wire::{Wire, serve};

/// A client of either protocol that has read the head of a response.
enum Client {
    Http1(Wire),
    Http2(RecvStream, JoinHandle<()>),
}

const PROTOCOLS: [bool; 2] = [false, true];

impl Client {
    async fn get(server: &TestServer, path: &str, http2: bool) -> Self {
        if !http2 {
            let mut wire = Wire::to(server.addr()).await;
            wire.request(&format!("GET {path}")).await;
            assert!(wire.head().await.contains("transfer-encoding: chunked"));
            return Self::Http1(wire);
        }
        let socket = TcpStream::connect(server.addr()).await.unwrap();
        let (mut client, connection) = h2::client::handshake(socket).await.unwrap();
        let connection = tokio::spawn(async move { connection.await.unwrap_or_default() });
        let request = http::Request::get(server.url(path)).body(()).unwrap();
        let (answer, _) = client.send_request(request, true).unwrap();
        Self::Http2(answer.await.unwrap().into_body(), connection)
    }

    /// Reads until the text ends with `end`.
    async fn until(&mut self, end: &str) {
        let mut read = String::new();
        while !read.ends_with(end) {
            match self {
                Self::Http1(wire) => read.push(wire.byte().await),
                Self::Http2(body, _) => {
                    let data = body.data().await.expect("more").expect("no error");
                    let _ = body.flow_control().release_capacity(data.len());
                    read.push_str(std::str::from_utf8(&data).unwrap());
                }
            }
        }
    }

    /// Reads the rest, and returns how many bytes it was and whether the response was complete.
    async fn rest(self) -> (usize, bool) {
        match self {
            Self::Http1(wire) => {
                let rest = wire.rest().await;
                (rest.len(), rest.ends_with("0\r\n\r\n"))
            }
            Self::Http2(mut body, _) => {
                let mut length = 0;
                while let Some(data) = body.data().await {
                    let Ok(data) = data else {
                        return (length, false);
                    };
                    let _ = body.flow_control().release_capacity(data.len());
                    length += data.len();
                }
                (length, true)
            }
        }
    }

    fn disconnect(self) {
        if let Self::Http2(_, connection) = self {
            connection.abort();
        }
    }
}

const CHUNK: usize = 64 * 1024;
const CHUNKS: usize = 1024;

/// Counts the chunks that it has yielded.
struct Counting(Arc<AtomicUsize>);

impl Stream for Counting {
    type Item = std::result::Result<Bytes, std::convert::Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        static ZEROS: [u8; CHUNK] = [b'0'; CHUNK];
        let given = self.0.fetch_add(1, SeqCst);
        Poll::Ready((given < CHUNKS).then(|| Ok(Bytes::from_static(&ZEROS))))
    }
}

#[dependency(scope = "app")]
async fn counter() -> Arc<AtomicUsize>;

#[get("/large")]
async fn large(#[depends(counter)] counter: Arc<AtomicUsize>) -> Response {
    Response::new(Body::from_stream(Counting(counter)))
}

#[tokio::test]
async fn a_client_that_does_not_read_makes_the_producer_wait() {
    for http2 in PROTOCOLS {
        let given = Arc::new(AtomicUsize::new(0));
        let app = App::new("Large", "1").provide::<counter>(given.clone());
        let server = serve(app.routes(routes![large])).await;
        let client = Client::get(&server, "/large", http2).await;
        // Until the producer waits, although nothing else does.
        let mut before = usize::MAX;
        while std::mem::replace(&mut before, given.load(SeqCst)) != given.load(SeqCst) {
            until_idle().await;
        }
        // The kernel's buffers and one buffer of the server hold these.
        assert!(
            before < CHUNKS / 4,
            "{before} of {CHUNKS} chunks, HTTP/2: {http2}"
        );
        let stopping = tokio::spawn(server.stop());
        let (length, whole) = client.rest().await;
        assert!(
            whole && length >= CHUNK * CHUNKS,
            "{length} bytes, HTTP/2: {http2}"
        );
        stopping.await.unwrap();
    }
}

#[tokio::test]
async fn a_client_that_disconnects_ends_the_producer() {
    for http2 in PROTOCOLS {
        let (app, items, notes) = app();
        let server = serve(app).await;
        items.send(item("first")).unwrap();
        let mut client = Client::get(&server, "/items", http2).await;
        client.until("first").await;
        assert_eq!(notes.take(), ["done: success"]);
        client.disconnect();
        until(async || items.send(item("next")).is_err()).await;
        notes.until("task").await;
        assert_eq!(
            notes.take(),
            ["dropped", "sent: aborted", "task"],
            "HTTP/2: {http2}"
        );
        server.stop().await;
    }
}

#[tokio::test]
async fn an_error_after_the_head_is_not_mistaken_for_the_end() {
    for http2 in PROTOCOLS {
        for ends in ["error", "panic"] {
            let (app, items, notes) = app();
            let server = serve(app).await;
            items.send(item("first")).unwrap();
            let mut client = Client::get(&server, "/items", http2).await;
            client.until("first").await;
            items
                .send(match ends {
                    "error" => Err(std::io::Error::other("the disk is gone")),
                    _ => item("panic"),
                })
                .unwrap();
            let (_, whole) = client.rest().await;
            assert!(!whole, "{ends}, HTTP/2: {http2}");
            notes.until("sent: 500").await;
            server.stop().await;
            assert_eq!(
                notes.take(),
                ["done: success", "dropped", "sent: 500"],
                "{ends}"
            );
        }
    }
}

#[tokio::test]
async fn a_shutdown_ends_an_endless_stream_after_its_item() {
    for http2 in PROTOCOLS {
        let (app, items, notes) = app();
        let server = serve(app).await;
        items.send(item("first")).unwrap();
        let mut client = Client::get(&server, "/live", http2).await;
        client.until("first").await;
        let stopping = tokio::spawn(server.stop());
        let (_, whole) = client.rest().await;
        assert!(whole, "HTTP/2: {http2}");
        let soon = Duration::from_secs(5);
        tokio::time::timeout(soon, stopping)
            .await
            .expect("not at the deadline")
            .unwrap();
        assert_eq!(notes.take(), ["dropped", "sent: success"]);
        drop(items);
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_a_download() {
    for http2 in PROTOCOLS {
        let (app, items, notes) = app();
        let server = serve(app).await;
        items.send(item("first")).unwrap();
        let mut client = Client::get(&server, "/items", http2).await;
        client.until("first").await;
        let address = server.addr();
        let stopping = tokio::spawn(server.stop());
        until_closed(address).await;
        items.send(item("last")).unwrap();
        client.until("last").await;
        drop(items);
        assert!(client.rest().await.1, "HTTP/2: {http2}");
        stopping.await.unwrap();
        assert_eq!(
            notes.take(),
            ["done: success", "dropped", "sent: success", "task"]
        );
    }
}

#[tokio::test]
async fn the_stream_of_a_mounted_app_is_notified_of_the_shutdown() {
    let (app, items, notes) = app();
    let mounted = app.into_service().await.unwrap();
    let server = serve(App::new("Outer", "1").mount("/inner", mounted)).await;
    items.send(item("first")).unwrap();
    let mut client = Client::get(&server, "/inner/live", false).await;
    client.until("first").await;
    let stopping = tokio::spawn(server.stop());
    assert!(client.rest().await.1);
    stopping.await.unwrap();
    notes.until("sent: success").await;
}
