//! Idle connections: the server releases their resources, without any client noticing.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use fastrs::{Body, ServeConfig, prelude::*, testing::TestServer};
use tokio::sync::mpsc;
use tower_service::Service;

use crate::{
    waiting::until_idle,
    wire::{Wire, serve},
};

#[get("/word/<word>")]
async fn word(word: &str) -> String {
    word.to_owned()
}

#[post("/add")]
async fn add(#[body] numbers: Vec<u32>) -> u32 {
    numbers.iter().sum()
}

/// A response of one frame, which the server hands over at once, whether or not the socket accepts it.
#[get("/page/<number>")]
async fn page(number: usize) -> String {
    PAGES.store(number, SeqCst);
    format!("{number:032000}")
}

/// The latest page that was requested.
static PAGES: AtomicUsize = AtomicUsize::new(0);

const WORD: &str = "GET /word/first HTTP/1.1\r\nhost: test\r\n\r\n";
const ADD: &str = "POST /add HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n[1,2]";

fn app() -> App {
    // Deadlines are checked at intervals of a twentieth of the shortest.
    let config = ServeConfig::new()
        .head_timeout(Duration::from_millis(400))
        .keep_alive_timeout(Duration::from_secs(20));
    App::new("Resting", "1")
        .config(config)
        .routes(routes![word, add, page])
}

/// Waits until the connection has gone idle, which nothing announces: the test is about time.
async fn rest() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

/// Returns a connection that has made a request and has been idle since.
async fn rested() -> (TestServer, Wire) {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(WORD).await;
    wire.answer().await;
    rest().await;
    (server, wire)
}

#[tokio::test]
async fn requests_get_responses_after_an_idle_time() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    for n in 0..3 {
        wire.request(&format!("GET /word/{n}")).await;
        assert_eq!(wire.answer().await.body, format!("\"{n}\""));
        rest().await;
        wire.send(ADD).await;
        assert_eq!(wire.answer().await.body, "3");
        rest().await;
    }
    wire.send(&ADD.repeat(20)).await;
    for _ in 0..20 {
        assert_eq!(wire.answer().await.body, "3");
    }
    rest().await;
    wire.send("GET /word/old HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
        .await;
    let answer = wire.answer().await;
    assert_eq!(answer.body, "\"old\"");
    assert_eq!(answer.header("connection"), Some("keep-alive"));
    rest().await;
    wire.send("GET /word/last HTTP/1.0\r\n\r\n").await;
    let answer = wire.rest().await;
    assert!(answer.ends_with("\"last\""), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_partial_head_that_arrived_with_the_last_request_is_kept() {
    let server = serve(app()).await;
    let mut wire = Wire::to(server.addr()).await;
    let (part, remainder) = ADD.split_at(40);
    wire.send(&format!("{WORD}{part}")).await;
    wire.answer().await;
    rest().await;
    wire.send(remainder).await;
    assert_eq!(wire.answer().await.body, "3");

    // The deadline of a head applies, not that of an idle connection.
    wire.send(&format!("{WORD}{part}")).await;
    wire.answer().await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_head_that_stops_after_a_rest_is_timed_out() {
    let (server, mut wire) = rested().await;
    let start = Instant::now();
    wire.send("GET /wo").await;
    let answer = wire.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(start.elapsed() >= Duration::from_millis(390));
    server.stop().await;
}

#[tokio::test]
async fn an_idle_connection_ends_at_its_deadline_or_when_its_client_disconnects() {
    let config = ServeConfig::new().keep_alive_timeout(Duration::from_millis(400));
    let server = serve(app().config(config)).await;
    let mut wire = Wire::to(server.addr()).await;
    let start = Instant::now();
    wire.send(WORD).await;
    wire.answer().await;
    assert_eq!(wire.rest().await, "");
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(390), "{took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    server.stop().await;

    let (server, wire) = rested().await;
    assert_eq!(wire.half_close().await, "");
    server.stop().await;
}

#[tokio::test]
async fn a_shutdown_closes_an_idle_connection() {
    let (server, wire) = rested().await;
    let start = Instant::now();
    server.stop().await;
    assert_eq!(wire.rest().await, "");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_response_that_the_client_does_not_read_yet_is_kept() {
    let config = ServeConfig::new().head_timeout(Duration::from_millis(100));
    let server = serve(app().config(config)).await;
    let mut wire = Wire::to(server.addr()).await;
    let mut sent = 0;
    // Requests pages until the sockets and the server's buffer are full.
    while PAGES.load(SeqCst) == sent {
        sent += 1;
        wire.request(&format!("GET /page/{sent}")).await;
        until_idle().await;
    }
    for number in 1..=sent {
        assert_eq!(wire.answer().await.body, format!("\"{number:032000}\""));
    }
    wire.send(ADD).await;
    assert_eq!(wire.answer().await.body, "3");
    server.stop().await;
}

/// Responds at once, and reads the body later.
#[derive(Clone)]
struct Later(mpsc::UnboundedSender<usize>);

impl Service<http::Request<Body>> for Later {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let read = self.0.clone();
        tokio::spawn(async move {
            rest().await;
            rest().await;
            let body = request.into_body().collect(1 << 20).await.unwrap();
            read.send(body.len()).unwrap();
        });
        ready(Ok(http::Response::new(Body::from("later"))))
    }
}

#[tokio::test]
async fn a_body_that_outlives_its_response_is_not_a_request() {
    let (sender, mut read) = mpsc::unbounded_channel();
    let server = serve(app().mount("/later", Later(sender))).await;
    let mut wire = Wire::to(server.addr()).await;
    let body = WORD.repeat(10);
    let length = body.len();
    let head = format!("POST /later/ HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n");
    wire.send(&head).await;
    assert_eq!(wire.answer().await.body, "later");
    rest().await;
    wire.send(&body).await;
    assert_eq!(read.recv().await, Some(length));
    wire.send(ADD).await;
    assert_eq!(wire.answer().await.body, "3");
    server.stop().await;
}
