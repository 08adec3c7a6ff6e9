//! Requests that are aborted by a timeout, a test or a shutdown. Their exits still run.

use std::{future::Future, task::Poll, time::Duration};

use fastrs::{
    Outcome, ServeConfig,
    prelude::*,
    testing::{TestClient, TestServer},
};
use tower_http::timeout::TimeoutLayer;

use crate::{
    journal::{Gate, Journal, gate, journal, told},
    wire::Wire,
};

#[dependency]
async fn transaction(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    journal.write("begin");
    let ((), outcome) = lend.until_done(()).await;
    journal.write(told(&outcome));
}

/// Its exit waits, as one that uses a database does.
#[dependency]
async fn remote(#[depends(journal)] journal: &Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_done(()).await;
    tokio::task::yield_now().await;
    let said = match outcome {
        Outcome::Failure(failure) => failure.is_aborted(),
        Outcome::Success => false,
    };
    journal.write(format!("remote: {said}"));
}

#[get("/slow", depends = [remote, transaction])]
async fn slow(
    #[depends(gate)] gate: &Gate,
    tasks: BackgroundTasks,
    #[depends(journal)] journal: Journal,
) {
    let told = journal.clone();
    tasks.add(async move { told.write("task") });
    journal.write("begun");
    gate.pass().await;
}

/// Its body has begun, but its handler has not.
#[post("/body", depends = [transaction])]
async fn body(#[body] text: String) -> String {
    text
}

fn app(notes: &Journal, gate_: &Gate) -> App {
    App::new("Aborted", "1")
        .provide::<journal>(notes.clone())
        .provide::<gate>(gate_.clone())
}

#[tokio::test]
async fn a_timeout_layer_leaves_no_exit_behind() {
    let timeout =
        || TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(1));
    for layered in ["app", "router"] {
        let (notes, gate) = (Journal::new(), Gate::closed());
        let app = app(&notes, &gate);
        let app = match layered {
            "app" => app.routes(routes![slow]).layer(timeout()),
            _ => app.include(Router::new("").routes(routes![slow]).layer(timeout())),
        };
        let client = TestClient::start(app).await;
        assert_eq!(client.get("/slow").await.status(), 504);
        notes.until("remote: true").await;
        assert_eq!(notes.take(), ["begin", "begun", "aborted", "remote: true"]);
        client.stop().await;
    }
}

/// Polls a future a few times and drops it.
async fn give_up<F: Future>(future: F) {
    let mut future = Box::pin(future);
    for _ in 0..3 {
        let pending =
            std::future::poll_fn(|task| Poll::Ready(future.as_mut().poll(task).is_pending())).await;
        assert!(pending, "there is nothing to drop");
    }
}

#[tokio::test]
async fn a_request_that_a_test_drops_runs_its_exits() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let client = TestClient::start(app(&notes, &gate).routes(routes![slow])).await;
    give_up(client.get("/slow").send()).await;
    assert_eq!(
        notes.take(),
        ["begin", "begun", "aborted"],
        "an exit that does not wait has run"
    );
    notes.until("remote: true").await;
}

#[tokio::test]
async fn what_has_no_exit_yet_is_dropped() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let client = TestClient::start(app(&notes, &gate).routes(routes![body])).await;
    let pending = fastrs::Body::new(Pending);
    let request = client
        .post("/body")
        .header("content-type", "application/json");
    give_up(request.body(pending).send()).await;
    drop(client.get("/slow").send());
    assert!(notes.take().is_empty());
}

/// A body that never arrives.
struct Pending;

impl http_body::Body for Pending {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_shutdown_that_aborts_requests_runs_their_exits() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let config = ServeConfig::new().shutdown_timeout(Duration::from_millis(50));
    let server = TestServer::start(app(&notes, &gate).routes(routes![slow]).config(config));
    let server = server.await.unwrap();
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /slow").await;
    notes.until("begun").await;
    server.stop().await;
    notes.until("remote: true").await;
    assert_eq!(notes.take(), ["begin", "begun", "aborted", "remote: true"]);
}

#[fastrs::job]
async fn nightly(#[depends(transaction)] _transaction: &(), #[depends(gate)] gate: &Gate) {
    gate.pass().await;
}

#[tokio::test]
async fn a_canceled_job_runs_its_exits() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    give_up(app(&notes, &gate).run::<nightly>()).await;
    assert_eq!(notes.take(), ["begin", "aborted"]);
}

#[post("/orders", depends = [transaction])]
async fn order(
    status: u16,
    tasks: BackgroundTasks,
    #[depends(journal)] journal: Journal,
    reply: &mut Reply,
) {
    tasks.add(async move { journal.write("task") });
    reply.status(status);
}

#[tokio::test]
async fn a_status_that_rolls_back_starts_no_task() {
    let (notes, gate) = (Journal::new(), Gate::closed());
    let client = TestClient::start(app(&notes, &gate).routes(routes![order])).await;
    for (status, journal) in [
        (503, &["begin", "503"][..]),
        (500, &["begin", "500"]),
        (404, &["begin", "success", "task"]),
        (202, &["begin", "success", "task"]),
    ] {
        let answer = client.post(&format!("/orders?status={status}")).await;
        assert_eq!(answer.status(), status);
        assert_eq!(notes.take(), journal, "{status}");
    }
}
