//! How long a handler may take until the head of its response.

use std::{future::pending, time::Duration};

use fastrs::{Outcome, ServeConfig, prelude::*, response::Sse};
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    time::{Instant, sleep},
};
use tracing::Level;

use crate::{
    journal::{Journal, journal},
    log::Log,
    waiting::soon,
    websockets::upgrade,
    wire::{Wire, serve},
};

const LIMIT: Duration = Duration::from_millis(250);

/// The exit writes the outcome, and then waits as one that uses a database does.
#[dependency]
async fn transaction(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_done(()).await;
    tokio::task::yield_now().await;
    journal.write(match outcome {
        Outcome::Success => "success".to_owned(),
        Outcome::Failure(failure) => format!("{} {}", failure.is_aborted(), failure.status()),
    });
}

/// Writes when a handler is dropped.
struct Running(Journal);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.write("dropped");
    }
}

#[get("/hangs", depends = [transaction])]
async fn hangs(#[depends(journal)] journal: Journal) {
    let _running = Running(journal.clone());
    journal.write("begun");
    pending::<()>().await;
}

#[get("/bare")]
async fn bare() {
    pending::<()>().await;
}

#[post("/upload")]
async fn upload(body: Bytes, then: Option<u64>) -> usize {
    sleep(Duration::from_millis(then.unwrap_or_default())).await;
    body.len()
}

#[get("/ready")]
async fn ready() -> &'static str {
    "ready"
}

/// Takes longer than the limit of the server, and less than its own.
#[get("/patient", timeout = "1h")]
async fn patient() -> &'static str {
    sleep(LIMIT * 2).await;
    "patient"
}

/// Has a limit that is shorter than the one of the server.
#[get("/hurried", timeout = "10ms")]
async fn hurried() {
    pending::<()>().await;
}

#[get("/events")]
async fn events() -> Sse<u8> {
    Sse::generate(|out| async move {
        out.send(1).await?;
        sleep(LIMIT * 2).await;
        out.send(2).await
    })
}

#[websocket("/socket")]
async fn socket(mut socket: WebSocket) -> Result<()> {
    sleep(LIMIT * 2).await;
    socket.send("late").await?;
    Ok(())
}

fn routes() -> Vec<fastrs::Route> {
    routes![hangs, bare, upload, ready, patient, hurried, events, socket]
        .into_iter()
        .collect()
}

fn app(notes: &Journal, limit: Duration) -> App {
    App::new("Handlers", "1")
        .provide::<journal>(notes.clone())
        .routes(routes())
        .config(ServeConfig::new().handler_timeout(limit))
}

const TIMED_OUT: &str = r#"{"detail":"Gateway Timeout"}"#;

#[tokio::test]
async fn a_handler_that_takes_too_long_is_a_504() {
    let (log, _guard) = Log::start(Level::WARN);
    let notes = Journal::new();
    let server = serve(app(&notes, LIMIT)).await;
    let mut wire = Wire::to(server.addr()).await;
    for (path, logged) in [("/hangs", r#"path="/hangs""#), ("/bare", r#"path="/bare""#)] {
        let begun = Instant::now();
        wire.request(&format!("GET {path}")).await;
        let answer = soon(wire.answer()).await;
        assert!(begun.elapsed() >= LIMIT, "{path}");
        assert_eq!((answer.status(), &*answer.body), ("504", TIMED_OUT));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("connection"), None);
        let lines = log.take();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].starts_with("ERROR request failed method=GET") && lines[0].contains(logged),
            "{lines:?}"
        );
        assert!(lines[0].contains("250ms"), "{lines:?}");
    }
    notes.until("true 504 Gateway Timeout").await;
    assert_eq!(
        notes.take(),
        ["begun", "dropped", "true 504 Gateway Timeout"]
    );
    wire.request("GET /ready").await;
    assert_eq!(wire.answer().await.body, r#""ready""#);
    assert_eq!(log.take(), [""; 0]);
}

#[tokio::test]
async fn a_route_may_have_its_own_limit() {
    let notes = Journal::new();
    // The same routes behind a layer, and in an app that is mounted.
    let mounted = App::new("Inner", "1")
        .provide::<journal>(Journal::new())
        .routes(routes());
    let layer = tower_http::set_header::SetResponseHeaderLayer::overriding(
        http::header::SERVER,
        http::HeaderValue::from_static("test"),
    );
    let app = app(&notes, LIMIT)
        .mount("/mounted", mounted.into_service().await.unwrap())
        .include(
            Router::new("/layered")
                .routes(routes())
                .layer(layer.clone()),
        )
        .layer(layer);
    let server = serve(app).await;
    for prefix in ["", "/layered", "/mounted"] {
        let mut wire = Wire::to(server.addr()).await;
        for (path, status) in [("patient", "200"), ("hurried", "504"), ("bare", "504")] {
            wire.request(&format!("GET {prefix}/{path}")).await;
            assert_eq!(
                soon(wire.answer()).await.status(),
                status,
                "{prefix}/{path}"
            );
        }
    }
}

/// The limits on bodies apply first: a large upload takes as long as it takes.
#[tokio::test]
async fn the_time_in_which_the_body_arrives_does_not_count() {
    let server = serve(app(&Journal::new(), LIMIT)).await;
    for (then, status) in [("0", "200"), ("60000", "504")] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(format!(
            "POST /upload?then={then} HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\n"
        ))
        .await;
        for _ in 0..6 {
            sleep(LIMIT / 3).await;
            wire.send("x").await;
        }
        assert_eq!(soon(wire.answer()).await.status(), status, "{then}");
    }
}

#[tokio::test]
async fn a_handler_whose_client_has_left_ends_as_well() {
    let (log, _guard) = Log::start(Level::WARN);
    let notes = Journal::new();
    let server = serve(app(&notes, LIMIT)).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    Wire::over(&mut stream).request("GET /hangs").await;
    notes.until("begun").await;
    // Closing resets the connection: a client that only closes its side may still read.
    stream.set_zero_linger().unwrap();
    drop(stream);
    soon(notes.until("true 504 Gateway Timeout")).await;
    let lines = log.take();
    assert!(
        lines.len() == 1 && lines[0].contains("took longer"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn what_follows_the_head_has_other_limits() {
    let server = serve(app(&Journal::new(), LIMIT)).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /events").await;
    wire.head().await;
    let mut text = String::new();
    while !text.ends_with("\r\n0\r\n\r\n") {
        text.push(soon(wire.byte()).await);
    }
    assert!(text.contains("data: 2"), "{text}");

    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    upgrade(&mut stream, "/socket").await;
    let mut message = [0; 6];
    soon(stream.read_exact(&mut message)).await.unwrap();
    assert_eq!(&message, b"\x81\x04late");
}

#[tokio::test]
async fn a_stream_of_http2_is_timed_out_alone() {
    let (log, _guard) = Log::start(Level::WARN);
    let notes = Journal::new();
    let server = serve(app(&notes, LIMIT)).await;
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut responses = Vec::new();
    for path in ["/hangs", "/patient", "/hurried", "/ready"] {
        let request = http::Request::get(server.url(path)).body(()).unwrap();
        responses.push(client.send_request(request, true).unwrap().0);
    }
    let mut statuses = Vec::new();
    for response in responses {
        statuses.push(soon(response).await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [504, 200, 504, 200]);
    assert_eq!(log.take().len(), 2);
    soon(notes.until("true 504 Gateway Timeout")).await;
}
