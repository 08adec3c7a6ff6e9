//! Clients that close their side once they have sent everything, and clients that have disconnected.

use std::{
    convert::Infallible,
    future::{Future, Ready, pending, ready},
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    task::{Context, Poll},
};

use bytes::Bytes;
use fastrs::{Body, prelude::*};
use http_body::Frame;
use tower_service::Service;

use crate::{
    journal::{Gate, gate},
    waiting::{until, until_idle},
    wire::{Wire, serve},
};

const LARGE: usize = 3_000_000;

#[get("/large")]
async fn large() -> PlainText {
    PlainText("x".repeat(LARGE))
}

#[post("/count")]
async fn count(body: Bytes) -> usize {
    tokio::task::yield_now().await;
    HANDLED.fetch_add(1, SeqCst);
    body.len()
}

static HANDLED: AtomicUsize = AtomicUsize::new(0);

/// Takes longer than the server needs to see that the client has closed its side.
#[get("/slow")]
async fn slow() -> PlainText {
    until_idle().await;
    PlainText("#".repeat(LARGE))
}

/// Counts the handlers that were dropped before they finished.
struct OnDrop;

static WAITING: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Drop for OnDrop {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
    }
}

#[get("/waits", cancel_on_disconnect)]
async fn waits() {
    let _dropped = OnDrop;
    WAITING.fetch_add(1, SeqCst);
    pending::<()>().await;
}

#[get("/cancelable", cancel_on_disconnect)]
async fn cancelable() -> PlainText {
    PlainText("z".repeat(LARGE))
}

/// Responds with a slow stream.
#[derive(Clone)]
struct Streams;

/// The number of pieces, and the time between two of them, in which all other tasks get their turn.
struct Pieces(usize, Pin<Box<dyn Future<Output = ()> + Send>>);

const PIECE: &[u8] = &[b'#'; 30_000];

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        std::task::ready!(self.1.as_mut().poll(cx));
        self.0 -= 1;
        self.1 = Box::pin(until_idle());
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(PIECE)))))
    }
}

impl Service<http::Request<Body>> for Streams {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        let pieces = Pieces(10, Box::pin(until_idle()));
        ready(Ok(http::Response::new(Body::new(pieces))))
    }
}

fn app() -> App {
    App::new("Half-closed", "1")
        .routes(routes![large, count, slow, waits, cancelable])
        .mount("/stream", Streams)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")
}

/// Runs a test with one thread, then with two.
fn with_one_and_two_threads<F: Future<Output = ()>>(test: fn() -> F) {
    for threads in 1..=2 {
        let runtime = match threads {
            1 => tokio::runtime::Builder::new_current_thread(),
            _ => tokio::runtime::Builder::new_multi_thread(),
        }
        .worker_threads(threads)
        .enable_all()
        .build();
        runtime.unwrap().block_on(test());
    }
}

#[test]
fn large_responses_are_complete() {
    with_one_and_two_threads(|| async {
        let server = serve(app()).await;
        for path in ["/large", "/slow", "/cancelable"] {
            for _ in 0..5 {
                let mut wire = Wire::to(server.addr()).await;
                wire.send(&get(path)).await;
                let answer = wire.half_close().await;
                let (head, body) = answer.split_once("\r\n\r\n").unwrap();
                assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
                assert_eq!(body.len(), LARGE, "{path}");
            }
        }
        server.stop().await;
    });
}

#[test]
fn streamed_responses_are_complete() {
    with_one_and_two_threads(|| async {
        let server = serve(app()).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&get("/stream/")).await;
        let answer = wire.half_close().await;
        assert_eq!(answer.matches('#').count(), 10 * PIECE.len());
        assert!(answer.ends_with("\r\n0\r\n\r\n"));
        server.stop().await;
    });
}

#[test]
fn complete_requests_get_responses() {
    with_one_and_two_threads(|| async {
        let server = serve(app()).await;
        let head = "POST /count HTTP/1.1\r\nhost: test\r\n";
        let chunk = format!("7d0\r\n{}\r\n", "b".repeat(2_000));
        let bodies = [
            format!("transfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n"),
            format!("content-length: 2000\r\n\r\n{}", "b".repeat(2_000)),
            format!(
                "transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n",
                chunk.repeat(100)
            ),
        ];
        for n in 0..150 {
            let (body, length) = (&bodies[n % 3], [2_000, 2_000, 200_000][n % 3]);
            let before = HANDLED.load(SeqCst);
            let mut wire = Wire::to(server.addr()).await;
            wire.send(&format!("{head}{body}")).await;
            let answer = wire.half_close().await;
            assert!(
                answer.ends_with(&format!("\r\n\r\n{length}")),
                "{n}: {answer}"
            );
            assert!(HANDLED.load(SeqCst) > before);
        }
        server.stop().await;
    });
}

#[tokio::test]
async fn pipelined_requests_all_get_a_response() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    let post = "POST /count HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabc";
    wire.send(&format!("{post}{}", get("/slow")).repeat(4))
        .await;
    wire.send(&post.repeat(200)).await;
    let answers = wire.half_close().await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 208);
    assert_eq!(answers.matches('#').count(), 4 * LARGE);
    server.stop().await;
}

#[tokio::test]
async fn part_of_a_request_is_rejected() {
    let server = serve(app()).await;
    for part in [
        "content-length: 5\r\n\r\nabcd",
        "transfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n",
    ] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&format!("POST /count HTTP/1.1\r\nhost: test\r\n{part}"))
            .await;
        let answer = wire.half_close().await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    server.stop().await;
}

/// Waits until a counter has passed a number.
async fn passes(counter: &AtomicUsize, number: usize) {
    until(async || counter.load(SeqCst) > number).await;
}

#[tokio::test]
async fn a_handler_that_opted_in_is_dropped_when_its_client_disconnects() {
    let server = serve(app()).await;
    // Before it disconnects, the client sends nothing more, part of a request, a whole one, or many.
    for behind in [
        String::new(),
        "GET /la".to_owned(),
        get("/large"),
        get("/large").repeat(300),
    ] {
        let (waiting, dropped) = (WAITING.load(SeqCst), DROPPED.load(SeqCst));
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&get("/waits")).await;
        passes(&WAITING, waiting).await;
        wire.send(&behind).await;
        // The server looks at these bytes before the end of input.
        until_idle().await;
        drop(wire);
        passes(&DROPPED, dropped).await;
    }
    server.stop().await;
}

/// Bytes that the server reads while it checks whether the client has disconnected are not lost.
#[tokio::test]
async fn requests_behind_a_cancelable_one_get_responses() {
    #[get("/later", cancel_on_disconnect)]
    async fn later(#[depends(gate)] gate: &Gate) -> u8 {
        gate.pass().await;
        1
    }
    #[post("/later", cancel_on_disconnect)]
    async fn posted(body: Bytes, #[depends(gate)] gate: &Gate) -> usize {
        gate.pass().await;
        body.len()
    }
    let closed = Gate::closed();
    let app = app().provide::<gate>(closed.clone());
    let server = serve(app.routes(routes![later, posted])).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&get("/later")).await;
    until_idle().await;
    let post = "POST /later HTTP/1.1\r\nhost: test\r\ncontent-length: 100000\r\n\r\n";
    wire.send(post).await;
    until_idle().await;
    closed.open();
    assert_eq!(wire.answer().await.body, "1");
    for _ in 0..10 {
        until_idle().await;
        wire.send(&"b".repeat(10_000)).await;
    }
    closed.open();
    assert_eq!(wire.answer().await.body, "100000");
    wire.send(&get("/later")).await;
    until_idle().await;
    for _ in 0..20 {
        wire.send(&get("/later")).await;
    }
    until_idle().await;
    for _ in 0..21 {
        closed.open();
        assert_eq!(wire.answer().await.body, "1");
    }
    server.stop().await;
}

/// While the stream is flowing, the client's end of input counts as a disconnect; afterwards it is the end of the
/// requests.
#[tokio::test]
async fn a_stream_that_opted_in_is_dropped_when_its_client_disconnects() {
    #[get("/flows", cancel_on_disconnect)]
    async fn flows() -> fastrs::Response {
        let pieces = Pieces(2, Box::pin(until_idle()));
        http::Response::new(Body::new(pieces))
    }
    #[get("/stalls", cancel_on_disconnect)]
    async fn stalls() -> fastrs::Response {
        WAITING.fetch_add(1, SeqCst);
        http::Response::new(Body::new(Stalled(OnDrop)))
    }
    struct Stalled(#[allow(dead_code)] OnDrop);
    impl http_body::Body for Stalled {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    let server = serve(app().routes(routes![flows, stalls])).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&get("/flows")).await;
    wire.head().await;
    let length = "7530\r\n".len() + PIECE.len() + "\r\n".len();
    wire.read(2 * length + "0\r\n\r\n".len()).await;
    wire.send(&get("/large")).await;
    let answer = wire.half_close().await;
    assert_eq!(answer.split_once("\r\n\r\n").unwrap().1.len(), LARGE);

    let (waiting, dropped) = (WAITING.load(SeqCst), DROPPED.load(SeqCst));
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&get("/stalls")).await;
    passes(&WAITING, waiting).await;
    wire.head().await;
    drop(wire);
    passes(&DROPPED, dropped).await;
    server.stop().await;
}
