//! Panics whose payload panics again when it is dropped.

use std::panic::panic_any;

use fastrs::{prelude::*, testing::TestServer};

use crate::{
    journal::{Journal, journal, told},
    wire::Wire,
};

/// Panics when it is dropped, with a payload that does the same.
struct Payload;

impl Drop for Payload {
    fn drop(&mut self) {
        panic_any(Payload);
    }
}

#[dependency]
async fn transaction(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_done(()).await;
    journal.write(told(&outcome));
}

#[dependency]
async fn exit(lend: Yield<()>) {
    lend.until_done(()).await;
    panic_any(Payload);
}

#[get("/handler", depends = [transaction])]
async fn handler() {
    panic_any(Payload);
}

#[get("/exit", depends = [transaction, exit])]
async fn in_exit() {}

#[get("/error", depends = [transaction])]
async fn in_exception_handler() -> Result<()> {
    Err(HttpError::new(418, "short and stout"))
}

#[get("/task", depends = [transaction])]
async fn in_task(tasks: BackgroundTasks, #[depends(journal)] journal: Journal) {
    tasks.add(async { panic_any(Payload) });
    tasks.add(async move { journal.write("the next task") });
}

fn handle(_: &HttpError, _: &Request) -> PlainText {
    panic_any(Payload)
}

#[tokio::test]
async fn a_payload_that_panics_costs_one_request_and_no_exit() {
    let notes = Journal::new();
    let app = App::new("Payloads", "1")
        .provide::<journal>(notes.clone())
        .status_handler(418, handle)
        .routes(routes![handler, in_exit, in_exception_handler, in_task]);
    let server = TestServer::start(app).await.unwrap();
    let mut wire = Wire::to(server.addr()).await;
    for (path, status, lines) in [
        ("/handler", "500", &["panic"][..]),
        ("/exit", "500", &["panic"]),
        ("/error", "500", &["418"]),
        ("/task", "200", &["success", "the next task"]),
        ("/handler", "500", &["panic"]),
    ] {
        wire.request(&format!("GET {path}")).await;
        assert_eq!(
            wire.answer().await.status(),
            status,
            "{path}, on one connection"
        );
        notes.until(lines[lines.len() - 1]).await;
        assert_eq!(notes.take(), lines, "{path}");
    }
    drop(wire);
    server.stop().await;
}
