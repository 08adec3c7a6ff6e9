//! Streams over sockets: clients that disconnect, read slowly or close their sending side, and shutdowns.

use std::time::Instant;

use fastrs::testing::TestServer;
use h2::RecvStream;
use tokio::{net::TcpStream, task::JoinHandle};

use super::*;
use crate::waiting::until_idle;
use crate::wire::{Wire, serve};

/// How long a producer may keep running after its client has disconnected.
const GRACE: Duration = Duration::from_secs(1);

const IDLE: [&str; 3] = ["/idle/events", "/idle/lines", "/idle/bytes"];

async fn get(server: &TestServer, path: &str) -> Wire {
    let mut wire = Wire::to(server.addr()).await;
    wire.request(&format!("GET {path}")).await;
    let head = wire.head().await;
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    wire
}

/// Reads until the text ends with `end`.
async fn read_until(wire: &mut Wire, end: &str) {
    let mut read = String::new();
    while !read.ends_with(end) {
        read.push(wire.byte().await);
    }
}

async fn get_http2(server: &TestServer, path: &str) -> (RecvStream, JoinHandle<()>) {
    let socket = TcpStream::connect(server.addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(socket).await.unwrap();
    let connection = tokio::spawn(async move { connection.await.unwrap_or_default() });
    let request = http::Request::get(server.url(path)).body(()).unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    (answer.await.unwrap().into_body(), connection)
}

#[tokio::test]
async fn an_idle_producer_is_dropped_when_its_client_disconnects() {
    for path in IDLE {
        let (app, notes, _) = app();
        let server = serve(app).await;
        let mut wire = get(&server, path).await;
        read_until(&mut wire, "first").await;
        until_idle().await;
        assert_eq!(notes.take(), [""; 0], "{path}");
        let disconnected = Instant::now();
        drop(wire);
        notes.until("sent: aborted").await;
        assert!(
            disconnected.elapsed() < GRACE,
            "{path}: {:?}",
            disconnected.elapsed()
        );
        assert_eq!(notes.take(), ["dropped", "sent: aborted"], "{path}");
        server.stop().await;
    }
}

#[tokio::test]
async fn an_idle_producer_is_dropped_when_its_http2_client_disconnects() {
    for path in IDLE {
        let (app, notes, _) = app();
        let server = serve(app).await;
        let (mut body, connection) = get_http2(&server, path).await;
        body.data().await.unwrap().unwrap();
        let disconnected = Instant::now();
        connection.abort();
        notes.until("sent: aborted").await;
        assert!(
            disconnected.elapsed() < GRACE,
            "{path}: {:?}",
            disconnected.elapsed()
        );
        server.stop().await;
    }
}

/// As with Node, Go and uvicorn, a client that closes its sending side counts as disconnected, since nothing else would
/// show that it has.
#[tokio::test]
async fn a_client_that_closes_its_sending_side_counts_as_disconnected() {
    let (app, notes, _) = app();
    let server = serve(app).await;
    let mut wire = get(&server, "/idle/lines").await;
    read_until(&mut wire, "}\n\r\n").await;
    let rest = wire.half_close().await;
    assert_eq!(rest, "", "no end of the response");
    notes.until("sent: aborted").await;
    server.stop().await;
}

#[tokio::test]
async fn requests_follow_a_stream_on_its_connection() {
    let (app, _, _) = app();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    for _ in 0..2 {
        wire.request("GET /resumed").await;
        wire.head().await;
        read_until(&mut wire, "\r\n0\r\n\r\n").await;
    }
    // The next request may already have arrived while the stream is being sent.
    wire.send("GET /resumed HTTP/1.1\r\nhost: a\r\n\r\nGET /nothing HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    wire.head().await;
    read_until(&mut wire, "\r\n0\r\n\r\n").await;
    assert_eq!(wire.answer().await.status(), "404");
    server.stop().await;
}

/// The client reads nothing: the amount of data that is buffered for it is bounded.
#[tokio::test]
async fn a_slow_client_makes_the_producer_wait() {
    let (app, _, sent) = app();
    let server = serve(app).await;
    let wire = get(&server, "/endless").await;
    let mut before = 0;
    loop {
        until_idle().await;
        let now = sent.load(SeqCst);
        // Of 64 KiB each; most of it is in the kernel's buffers.
        assert!(now < 256, "{now} events");
        if now > 0 && now == before {
            break;
        }
        before = now;
    }
    drop(wire);
    server.stop().await;
}

#[tokio::test]
async fn a_failed_stream_is_not_mistaken_for_a_complete_one() {
    for how in ["error", "panic"] {
        let (app, _, _) = app();
        let server = serve(app).await;
        let mut wire = get(&server, &format!("/fails/{how}")).await;
        read_until(&mut wire, "}\n").await;
        let rest = wire.rest().await;
        assert!(!rest.contains("0\r\n\r\n"), "{how}: {rest:?}");

        let (mut body, _connection) = get_http2(&server, &format!("/fails/{how}")).await;
        let ended = loop {
            match body.data().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("{how}: the stream ended cleanly"),
            }
        };
        assert_eq!(ended.reason(), Some(h2::Reason::INTERNAL_ERROR), "{how}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_silent_stream_of_events_has_a_heartbeat() {
    let (app, _, _) = app();
    let server = serve(app).await;
    let mut wire = get(&server, "/heartbeat").await;
    for _ in 0..3 {
        read_until(&mut wire, ": ping\n\n").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_shutdown_ends_events_and_waits_for_finite_streams() {
    for (path, end) in [
        ("/idle/events", "\n\n\r\n0\r\n\r\n"),
        ("/endless", "\n\n\r\n0\r\n\r\n"),
        ("/until-shutdown", "1\n\r\n0\r\n\r\n"),
        ("/finishes", "2\n\r\n0\r\n\r\n"),
    ] {
        for prefix in ["", "/mounted"] {
            let (app, _, _) = app();
            let app = match prefix {
                "" => app,
                prefix => {
                    let inner = app.into_service().await.unwrap();
                    App::new("Outer", "1").mount(prefix, inner)
                }
            };
            let server = serve(app).await;
            let mut wire = get(&server, &format!("{prefix}{path}")).await;
            wire.byte().await;
            let stopping = tokio::spawn(server.stop());
            let rest = wire.rest().await;
            assert!(rest.ends_with(end), "{prefix}{path}: {} bytes", rest.len());
            let soon = Duration::from_secs(5);
            let stopped = tokio::time::timeout(soon, stopping).await;
            stopped.expect("not at the deadline").unwrap();
        }
    }
}
