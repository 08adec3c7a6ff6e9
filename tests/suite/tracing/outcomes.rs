//! How the span of a request ends.

use std::{future::pending, time::Duration};

use fastrs::{ServeConfig, middleware::Timeout, prelude::*, testing::TestServer};
use tower::{ServiceBuilder, util::MapResponseLayer};
use tracing::Level;

use super::spans::{Span, Spans};
use crate::{
    journal::{Gate, Journal, gate, journal},
    waiting::{soon, until},
    wire::Wire,
};

const LIMIT: Duration = Duration::from_millis(100);

#[get("/status/<code>")]
async fn status(code: u16) -> Result<()> {
    Err(HttpError::new(code, "as asked"))
}

#[get("/panics")]
async fn panics() {
    panic!("as asked");
}

#[get("/hangs")]
async fn hangs(#[depends(journal)] journal: &Journal) {
    journal.write("begun");
    pending().await
}

#[get("/hangs/behind-a-layer", timeout = "100ms")]
async fn hangs_behind_a_layer() {
    pending().await
}

#[get("/cancels", cancel_on_disconnect)]
async fn cancels(#[depends(journal)] journal: &Journal) {
    journal.write("begun");
    pending().await
}

#[get("/finishes")]
async fn finishes(#[depends(journal)] journal: &Journal, #[depends(gate)] gate: &Gate) {
    journal.write("begun");
    gate.pass().await;
}

#[get("/events")]
async fn events(#[depends(journal)] journal: &Journal) -> Sse<u8> {
    let journal = journal.clone();
    Sse::generate(|out| async move {
        out.send(1).await?;
        journal.write("begun");
        pending().await
    })
}

#[get("/broken-lines")]
async fn broken_lines() -> JsonLines<u8> {
    JsonLines::generate(|out| async move {
        out.send(1).await?;
        Err(HttpError::new(404, "no rows"))
    })
}

struct Test {
    spans: Spans,
    journal: Journal,
    gate: Gate,
    server: TestServer,
}

impl Test {
    async fn start(spans: Spans, change: impl FnOnce(App) -> App) -> Self {
        let (journal, gate) = (Journal::new(), Gate::closed());
        let app = App::new("Outcomes", "1")
            .provide::<journal>(journal.clone())
            .provide::<gate>(gate.clone())
            .routes(routes![
                status,
                panics,
                hangs,
                cancels,
                finishes,
                events,
                broken_lines
            ])
            .include(
                Router::new("")
                    .routes(routes![hangs_behind_a_layer])
                    .layer(ServiceBuilder::new()),
            );
        let server = TestServer::start(change(app)).await.unwrap();
        Self {
            spans,
            journal,
            gate,
            server,
        }
    }

    /// Sends a request and waits for the end of its span.
    async fn get(&self, path: &str) -> (String, Span) {
        let mut wire = Wire::to(self.server.addr()).await;
        wire.send(format!(
            "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n"
        ))
        .await;
        let answer = soon(wire.rest()).await;
        (answer, self.closed().await)
    }

    /// Sends a request whose client disconnects once the handler has begun.
    async fn leave(&self, path: &str) {
        let mut wire = Wire::to(self.server.addr()).await;
        wire.request(&format!("GET {path}")).await;
        soon(self.journal.until("begun")).await;
        drop(wire);
    }

    async fn closed(&self) -> Span {
        let mut closed = Vec::new();
        until(async || {
            closed.extend(self.spans.take());
            !closed.is_empty()
        })
        .await;
        assert_eq!(closed.len(), 1, "{closed:?}");
        closed.remove(0)
    }
}

/// Returns the status, the kind of the error, and the status of OpenTelemetry.
fn end(span: &Span) -> [&str; 3] {
    [
        "http.response.status_code",
        "error.type",
        "otel.status_code",
    ]
    .map(|field| span.get(field))
}

#[tokio::test]
async fn only_a_5xx_is_an_error() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let test = Test::start(spans, |app| app).await;
    for code in ["404", "422", "499"] {
        let (answer, span) = test.get(&format!("/status/{code}")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {code}")), "{answer}");
        assert_eq!(end(&span), [code, "", ""]);
    }
    for code in ["500", "503"] {
        let (_, span) = test.get(&format!("/status/{code}")).await;
        assert_eq!(end(&span), [code, code, "ERROR"]);
        assert_eq!(span.events, ["request failed"]);
    }
    let (_, span) = test.get("/panics").await;
    assert_eq!(end(&span), ["500", "500", "ERROR"]);
    assert_eq!(span.events, ["request failed"]);
}

/// A layer panics outside of what the app catches.
#[tokio::test]
async fn a_panic_in_a_layer_ends_the_span() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let layer = MapResponseLayer::new(|response: Response| match response.status().as_u16() {
        404 => panic!("as asked"),
        _ => response,
    });
    let test = Test::start(spans, |app| app.layer(layer)).await;
    let (answer, span) = test.get("/nowhere").await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert_eq!(end(&span), ["500", "500", "ERROR"]);
}

#[tokio::test]
async fn a_timeout_ends_the_span() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let of_server = ServeConfig::new().handler_timeout(LIMIT);
    let test = Test::start(spans.clone(), |app| app.config(of_server)).await;
    for path in ["/hangs", "/hangs/behind-a-layer"] {
        let (answer, span) = test.get(path).await;
        assert!(answer.starts_with("HTTP/1.1 504"), "{answer}");
        assert_eq!(end(&span), ["504", "504", "ERROR"], "{path}");
        assert_eq!(span.events.len(), 1, "{span:?}");
    }
    let test = Test::start(spans, |app| app.layer(Timeout::new(LIMIT))).await;
    let (answer, span) = test.get("/hangs").await;
    assert!(answer.starts_with("HTTP/1.1 504"), "{answer}");
    assert_eq!(end(&span), ["504", "504", "ERROR"]);
}

#[tokio::test]
async fn a_client_that_disconnects_ends_the_span() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let test = Test::start(spans, |app| app).await;
    test.leave("/cancels").await;
    assert_eq!(end(&test.closed().await), ["", "aborted", ""]);
    test.journal.take();
    // The handler runs to its end.
    test.leave("/finishes").await;
    test.gate.open();
    assert_eq!(end(&test.closed().await), ["200", "", ""]);
    test.journal.take();
    // The usual end of a stream of events.
    test.leave("/events").await;
    assert_eq!(end(&test.closed().await), ["200", "", ""]);
}

#[tokio::test]
async fn a_stream_that_fails_is_an_error() {
    let (spans, _guard) = Spans::start(Level::INFO);
    let test = Test::start(spans, |app| app).await;
    let (_, span) = test.get("/broken-lines").await;
    assert_eq!(end(&span), ["200", "failed_body", "ERROR"]);
    assert_eq!(span.events, ["a response failed after its head was sent"]);
}
