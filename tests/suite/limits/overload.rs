//! More requests than may be in flight.

use fastrs::{ServeConfig, prelude::*, response::Sse};
use tokio::net::TcpStream;
use tracing::Level;

use crate::{
    journal::{Gate, Journal, gate, journal},
    log::Log,
    waiting::soon,
    websockets::upgrade,
    wire::{RawResponse, Wire, serve},
};

/// In flight until the gate opens.
#[get("/waits")]
async fn waits(#[depends(gate)] gate: &Gate, #[depends(journal)] journal: &Journal) {
    journal.write("waits");
    gate.pass().await;
    journal.write("passed");
}

#[post("/upload")]
async fn upload(body: Bytes, #[depends(journal)] journal: &Journal) -> usize {
    journal.write("upload");
    body.len()
}

#[get("/ready")]
async fn ready(#[depends(journal)] journal: &Journal) {
    journal.write("ready");
}

#[get("/health", exempt_from_max_in_flight)]
async fn health() {}

#[get("/events")]
async fn events(#[depends(journal)] journal: Journal) -> Sse<u8> {
    Sse::generate(|out| async move {
        out.send(1).await?;
        journal.write("streams");
        std::future::pending().await
    })
}

#[websocket("/socket")]
async fn socket(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

#[middleware]
async fn noted(
    request: http::Request<Body>,
    next: fastrs::Next,
    #[depends(journal)] journal: &Journal,
) -> Response {
    journal.write("layer");
    next.run(request).await
}

fn app(notes: &Journal, gate_: &Gate) -> App {
    App::new("Overload", "1")
        .provide::<journal>(notes.clone())
        .provide::<gate>(gate_.clone())
        .routes(routes![waits, upload, ready, health, events, socket])
        .config(ServeConfig::new().max_in_flight(2))
}

#[track_caller]
fn assert_refused(answer: &RawResponse) {
    assert_eq!(
        (answer.status(), &*answer.body),
        ("503", r#"{"detail":"Service Unavailable"}"#)
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn requests_beyond_the_limit_are_refused_at_once() {
    for is_layered in [false, true] {
        let (log, _guard) = Log::start(Level::WARN);
        let (notes, gate) = (Journal::new(), Gate::closed());
        let app = app(&notes, &gate);
        let app = match is_layered {
            true => app.middleware::<noted>(),
            false => app,
        };
        let server = serve(app).await;
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let mut wire = Wire::to(server.addr()).await;
            wire.request("GET /waits").await;
            soon(notes.until("waits")).await;
            notes.take();
            waiting.push(wire);
        }

        let mut wire = Wire::to(server.addr()).await;
        for path in ["/ready", "/waits", "/nowhere"] {
            wire.request(&format!("GET {path}")).await;
            let answer = soon(wire.answer()).await;
            assert_refused(&answer);
            assert_eq!(answer.header("connection"), None, "{path}");
        }
        // A request that announces a body does not get to send it.
        wire.send(
            "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n",
        )
        .await;
        let answer = soon(wire.answer()).await;
        assert_refused(&answer);
        assert_eq!(answer.header("connection"), Some("close"));
        assert_eq!(notes.take(), [""; 0], "nothing of the app runs");
        let lines = log.take();
        assert!(
            lines.len() == 1 && lines[0].contains("max_in_flight=2"),
            "{lines:?}"
        );

        let mut wire = Wire::to(server.addr()).await;
        for method in ["GET", "HEAD"] {
            wire.request(&format!("{method} /health")).await;
            assert!(wire.head().await.starts_with("HTTP/1.1 200 "), "{method}");
            if method == "GET" {
                wire.read(4).await;
            }
        }

        gate.open();
        soon(notes.until("passed")).await;
        notes.take();
        wire.request("GET /ready").await;
        assert_eq!(soon(wire.answer()).await.status(), "200");
        gate.open();
        for mut wire in waiting {
            assert_eq!(soon(wire.answer()).await.status(), "200");
        }
    }
}

/// A proxy may keep the prefix.
#[tokio::test]
async fn a_route_is_exempt_with_and_without_the_root_path() {
    let app = app(&Journal::new(), &Gate::closed()).root_path("/shop");
    let server = serve(app.config(ServeConfig::new().max_in_flight(0))).await;
    let mut wire = Wire::to(server.addr()).await;
    for (path, status) in [
        ("/health", "200"),
        ("/shop/health", "200"),
        ("/ready", "503"),
        ("/shop/ready", "503"),
    ] {
        wire.request(&format!("GET {path}")).await;
        assert_eq!(soon(wire.answer()).await.status(), status, "{path}");
    }
}

/// Otherwise a few slow clients would make the server refuse all others.
#[tokio::test]
async fn what_waits_for_its_client_is_not_in_flight() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let server = serve(app(&notes, &gate)).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(
            "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n",
        )
        .await;
        let head = soon(wire.head()).await;
        assert!(head.starts_with("HTTP/1.1 100 "), "{head}");
        open.push(wire);

        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /events").await;
        soon(notes.until("streams")).await;
        notes.take();
        open.push(wire);

        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        upgrade(&mut stream, "/socket").await;
        open.push(Wire::over(stream));
    }
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /ready").await;
    assert_eq!(soon(wire.answer()).await.status(), "200");
    // They are served to their end.
    open[0].send("123456789").await;
    assert_eq!(soon(open[0].answer()).await.body, "9");
}

#[tokio::test]
async fn a_handler_whose_client_has_left_is_in_flight() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let server = serve(app(&notes, &gate)).await;
    for _ in 0..2 {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        Wire::over(&mut stream).request("GET /waits").await;
        soon(notes.until("waits")).await;
        notes.take();
        // Closing resets the connection.
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    crate::waiting::until_idle().await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /ready").await;
    assert_refused(&soon(wire.answer()).await);
    gate.open();
    soon(notes.until("passed")).await;
    crate::waiting::until_idle().await;
    wire.request("GET /ready").await;
    assert_eq!(soon(wire.answer()).await.status(), "200");
    gate.open();
}

#[tokio::test]
async fn streams_of_http2_count_one_by_one() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let server = serve(app(&notes, &gate)).await;
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut send = async |path| {
        client = client.clone().ready().await.unwrap();
        let request = http::Request::get(server.url(path)).body(()).unwrap();
        client.send_request(request, true).unwrap()
    };
    let mut waiting = Vec::new();
    for _ in 0..2 {
        waiting.push(send("/waits").await.0);
        soon(notes.until("waits")).await;
        notes.take();
    }
    for (path, status) in [("/ready", 503), ("/health", 200)] {
        let (response, _) = send(path).await;
        assert_eq!(soon(response).await.unwrap().status(), status, "{path}");
    }
    gate.open();
    gate.open();
    for response in waiting {
        assert_eq!(soon(response).await.unwrap().status(), 200);
    }
}
