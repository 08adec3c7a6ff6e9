//! Clients that disconnect before they get a response.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use fastrs::{Body, Next, prelude::*};

use crate::{
    journal::{Gate, Journal, gate, journal, told},
    waiting::until_idle,
    wire::{Wire, serve},
};

/// Rolls back if it is dropped before it is committed.
struct Guard {
    notes: Journal,
    committed: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.notes.write(if self.committed {
            "released"
        } else {
            "rolled back"
        });
    }
}

#[dependency]
async fn guard(#[depends(journal)] journal: Journal, lend: Yield<Guard>) {
    let guard = Guard {
        notes: journal.clone(),
        committed: false,
    };
    let (mut guard, outcome) = lend.until_done(guard).await;
    journal.write(format!("commit: {}", told(&outcome)));
    guard.committed = outcome.is_success();
}

async fn work(gate: &Gate, journal: &Journal) -> &'static str {
    journal.write("begun");
    gate.pass().await;
    journal.write("done");
    "done"
}

#[get("/stays")]
async fn stays(
    #[depends(guard)] _guard: &Guard,
    #[depends(gate)] gate: &Gate,
    #[depends(journal)] journal: &Journal,
) -> &'static str {
    work(gate, journal).await
}

#[get("/goes", cancel_on_disconnect)]
async fn goes(
    #[depends(guard)] _guard: &Guard,
    #[depends(gate)] gate: &Gate,
    #[depends(journal)] journal: &Journal,
) -> &'static str {
    work(gate, journal).await
}

/// A layer that changes nothing.
#[derive(Clone)]
struct Plain;

impl tower_layer::Layer<Next> for Plain {
    type Service = Next;

    fn layer(&self, next: Next) -> Next {
        next
    }
}

/// Returns one app for each place where a layer can be.
fn apps() -> impl Iterator<Item = (App, Journal, Gate)> {
    (0..3).map(|layered| {
        let (notes, closed) = (Journal::new(), Gate::closed());
        let router = Router::new("").routes(routes![stays, goes]);
        let router = if layered == 1 {
            router.layer(Plain)
        } else {
            router
        };
        let app = App::new("Clients", "1")
            .provide::<journal>(notes.clone())
            .provide::<gate>(closed.clone())
            .include(router);
        (
            if layered == 2 { app.layer(Plain) } else { app },
            notes,
            closed,
        )
    })
}

#[tokio::test]
async fn the_handler_continues_and_commits_when_its_client_disconnects() {
    for (app, notes, gate) in apps() {
        let server = serve(app).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /stays").await;
        notes.until("begun").await;
        drop(wire);
        gate.open();
        notes.until("released").await;
        assert_eq!(
            notes.take(),
            ["begun", "done", "commit: success", "released"]
        );
        server.stop().await;
    }
}

#[tokio::test]
async fn with_cancel_on_disconnect_the_exits_are_notified() {
    for (app, notes, _gate) in apps() {
        let server = serve(app).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /goes").await;
        notes.until("begun").await;
        assert_eq!(wire.half_close().await, "");
        notes.until("rolled back").await;
        assert_eq!(notes.take(), ["begun", "commit: aborted", "rolled back"]);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_a_handler_whose_client_disconnected() {
    let (app, notes, gate) = apps().next().unwrap();
    let server = serve(app).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /stays").await;
    notes.until("begun").await;
    drop(wire);
    let stopping = tokio::spawn(server.stop());
    until_idle().await;
    assert!(!stopping.is_finished());
    gate.open();
    stopping.await.unwrap();
    assert_eq!(
        notes.take(),
        ["begun", "done", "commit: success", "released"]
    );
}

#[tokio::test]
async fn the_exits_have_run_when_the_response_arrives() {
    for (app, notes, gate) in apps() {
        let server = serve(app).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /goes").await;
        gate.open();
        assert_eq!(wire.answer().await.body, r#""done""#);
        assert_eq!(
            notes.take(),
            ["begun", "done", "commit: success", "released"]
        );
        server.stop().await;
    }
}

/// A body that begins and then stalls.
struct Begun {
    begun: bool,
    notes: Journal,
}

impl http_body::Body for Begun {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        match std::mem::replace(&mut self.begun, true) {
            false => Poll::Ready(Some(Ok(http_body::Frame::data("begun".into())))),
            true => Poll::Pending,
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.notes.write("dropped");
    }
}

#[get("/streams", cancel_on_disconnect)]
async fn streams(#[depends(journal)] journal: Journal) -> fastrs::Response {
    fastrs::Response::new(Body::new(Begun {
        begun: false,
        notes: journal,
    }))
}

#[tokio::test]
async fn a_waiting_body_is_dropped_when_its_client_disconnects() {
    let notes = Journal::new();
    let app = App::new("Clients", "1").provide::<journal>(notes.clone());
    let server = serve(app.routes(routes![streams])).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /streams").await;
    wire.head().await;
    assert_eq!(wire.half_close().await, "5\r\nbegun\r\n");
    notes.until("dropped").await;
    server.stop().await;
}

#[get("/now")]
async fn now() -> &'static str {
    "now"
}

#[tokio::test]
async fn requests_sent_before_the_end_get_responses() {
    let server = serve(App::new("Clients", "1").routes(routes![now])).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send(&"GET /now HTTP/1.1\r\nhost: test\r\n\r\n".repeat(2))
        .await;
    let answers = wire.half_close().await;
    assert_eq!(answers.matches(r#""now""#).count(), 2, "{answers}");
    server.stop().await;
}
