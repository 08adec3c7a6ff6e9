//! What runs inside the span of a request.

use std::collections::BTreeSet;

use fastrs::{
    Next, Yield, dependency, http,
    prelude::*,
    testing::{TestClient, TestServer},
};
use tokio::task::{JoinSet, yield_now};
use tracing::{Level, info};

use super::spans::{Span, Spans};
use crate::wire::Wire;

#[middleware]
async fn outer(request: http::Request<Body>, next: Next) -> Response {
    info!("before");
    let response = next.run(request).await;
    info!("after");
    response
}

#[dependency]
async fn lends(lend: Yield<u8>) {
    info!("lent");
    lend.until_done(1).await;
    info!("done");
}

#[dependency]
async fn sends(lend: Yield<u16>) {
    lend.until_sent(1).await;
    info!("sent");
}

#[get("/echo/<number>")]
async fn echo(number: u32, #[depends(lends)] _lent: &u8) -> u32 {
    for _ in 0..number % 7 {
        yield_now().await;
    }
    info!("handling {number}");
    number
}

#[get("/lines")]
async fn lines(#[depends(sends)] _sent: &u16) -> JsonLines<u8> {
    JsonLines::generate(|out| async move {
        info!("streaming");
        out.send(1).await
    })
}

#[get("/tasks")]
async fn tasks(tasks: BackgroundTasks) {
    tasks.add(async { info!("working") });
}

#[websocket("/socket")]
async fn socket(mut socket: WebSocket) -> Result<()> {
    info!("open");
    while let Some(text) = socket.recv().await? {
        info!("received");
        socket.send(text).await?;
    }
    info!("closed");
    Ok(())
}

fn app() -> App {
    App::new("Scope", "1").routes(routes![echo, lines, tasks, socket])
}

#[tokio::test]
async fn everything_that_handles_a_request_is_inside() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let inner = app().into_service().await.unwrap();
    let mounted = App::new("Outer", "1").mount("/inner", inner);
    for (app, path) in [(app(), "/echo/3"), (mounted, "/inner/echo/3")] {
        let client = TestClient::start(app.middleware::<outer>()).await;
        assert_eq!(client.get(path).await.json::<u32>(), 3);
        let events = ["before", "lent", "handling 3", "done", "after"];
        assert_eq!(spans.one().events, events, "{path}");
    }
}

/// The span lives until the last byte is sent, and everything that follows it has run.
#[tokio::test]
async fn a_stream_and_its_exits_are_inside() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let server = TestServer::start(app().middleware::<outer>())
        .await
        .unwrap();
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /lines").await;
    assert_eq!(wire.answer().await.status(), "200");
    server.stop().await;
    let span = spans.one();
    assert_eq!(span.events, ["before", "after", "streaming", "sent"]);
    assert_eq!(span.get("http.response.status_code"), "200");

    let client = TestClient::start(app()).await;
    client.get("/lines").await;
    client.stop().await;
    assert_eq!(spans.one().events, ["streaming", "sent"]);
}

#[tokio::test]
async fn a_websocket_is_inside_until_it_is_closed() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let client = TestClient::start(app()).await;
    let mut socket = client.websocket("/socket").await;
    socket.send("hello").await;
    assert_eq!(socket.recv_text().await, "hello");
    assert!(spans.take().is_empty());
    socket.close(1000, "").await;
    client.stop().await;
    let span = spans.one();
    assert_eq!(span.events, ["open", "received", "closed"]);
    assert_eq!(span.get("http.response.status_code"), "101");
}

/// A span of their own, so that their time is not that of the response.
#[tokio::test]
async fn background_tasks_have_a_span_below_that_of_the_request() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let client = TestClient::start(app()).await;
    client.get("/tasks").await;
    let closed = spans.take();
    let shown = |span: &Span| (span.name, span.parent, span.events.join(" "));
    let shown: Vec<_> = closed.iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            ("background tasks", Some("request"), "working".to_owned()),
            ("request", None, String::new())
        ]
    );
}

#[tokio::test]
async fn concurrent_requests_do_not_mix() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let server = TestServer::start(app()).await.unwrap();
    let address = server.addr();
    let mut clients = JoinSet::new();
    for number in 0..50 {
        clients.spawn(async move {
            let mut wire = Wire::to(address).await;
            wire.request(&format!("GET /echo/{number}")).await;
            assert_eq!(wire.answer().await.body, number.to_string());
        });
    }
    clients.join_all().await;
    server.stop().await;
    let closed = spans.take();
    assert_eq!(closed.len(), 50);
    let mut paths = BTreeSet::new();
    for span in closed {
        let number = span.get("url.path").strip_prefix("/echo/").unwrap();
        let handling = format!("handling {number}");
        assert_eq!(span.events, ["lent", &handling, "done"]);
        paths.insert(number.to_owned());
    }
    assert_eq!(paths.len(), 50);
}
