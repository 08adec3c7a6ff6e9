//! Responses that are sent although they are no longer fresh, while they are computed again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fastrs::{
    Cache,
    prelude::*,
    testing::{TestClient, TestServer},
};
use tokio::sync::Semaphore;

use super::{Calls, TestClock, text};
use crate::{
    waiting::{soon, until, until_closed},
    wire::{RawResponse, Wire, serve},
};

/// Counts computations, and lets them continue or fail.
#[derive(Clone)]
struct Gate {
    calls: Calls,
    permits: Arc<Semaphore>,
    fails: Arc<AtomicBool>,
    exits: Calls,
}

impl Gate {
    fn open(permits: usize) -> Self {
        Self {
            calls: Calls::default(),
            permits: Arc::new(Semaphore::new(permits)),
            fails: Arc::default(),
            exits: Calls::default(),
        }
    }
}

#[dependency(scope = "app")]
async fn gate() -> Gate;

#[dependency]
async fn unit_of_work(#[depends(gate)] gate: Gate, lend: Yield<()>) {
    lend.until_done(()).await;
    gate.exits.next();
}

#[get("/news", cache(seconds = 10, stale = 100))]
async fn news(#[depends(gate)] gate: &Gate, #[depends(unit_of_work)] _work: &()) -> Result<String> {
    let call = gate.calls.next();
    gate.permits.acquire().await?.forget();
    match gate.fails.load(Ordering::SeqCst) {
        true => Err(HttpError::from_status(503)),
        false => Ok(format!("call {call}")),
    }
}

fn app(gate: &Gate, clock: &TestClock) -> App {
    App::new("News", "1.0.0")
        .provide::<gate>(gate.clone())
        .provide::<Cache>(clock.cache())
        .routes(routes![news])
}

/// Sends a request over its own connection.
async fn get(server: &TestServer) -> RawResponse {
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /news").await;
    soon(wire.answer()).await
}

#[tokio::test]
async fn a_stale_response_is_sent_at_once_and_computed_again() {
    let (gate, clock) = (Gate::open(1), TestClock::new());
    let server = serve(app(&gate, &clock)).await;
    assert_eq!(get(&server).await.body, "\"call 1\"");
    clock.advance(10);
    // No computation can end, so these responses are the old one. Only the first request starts a computation.
    for _ in 0..3 {
        let answer = get(&server).await;
        assert_eq!(answer.body, "\"call 1\"");
        assert_eq!(answer.header("cache-control"), Some("max-age=0"));
    }
    until(async || gate.calls.count() == 2).await;
    gate.permits.add_permits(1);
    until(async || get(&server).await.body == "\"call 2\"").await;
    let answer = get(&server).await;
    assert_eq!(answer.header("cache-control"), Some("max-age=10"));
    assert_eq!(gate.calls.count(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_shutdown_waits_for_a_computation_that_continues() {
    let (gate, clock) = (Gate::open(1), TestClock::new());
    let server = serve(app(&gate, &clock)).await;
    get(&server).await;
    clock.advance(10);
    get(&server).await;
    until(async || gate.calls.count() == 2).await;
    let (exits, address) = (gate.exits.count(), server.addr());
    let stopping = tokio::spawn(server.stop());
    until_closed(address).await;
    gate.permits.add_permits(1);
    soon(stopping).await.unwrap();
    assert_eq!(gate.exits.count(), exits + 1);
}

/// In tests, as for background tasks, the response is returned once the computation has ended.
#[tokio::test]
async fn after_a_failure_the_stale_response_stays() {
    let (gate, clock) = (Gate::open(100), TestClock::new());
    let client = TestClient::start(app(&gate, &clock)).await;
    assert_eq!(text(&client.get("/news").await), "call 1");
    clock.advance(50);
    gate.fails.store(true, Ordering::SeqCst);
    for call in 2..4 {
        assert_eq!(text(&client.get("/news").await), "call 1");
        assert_eq!(gate.calls.count(), call);
    }
    clock.advance(60);
    assert_eq!(client.get("/news").await.status(), 503);
    gate.fails.store(false, Ordering::SeqCst);
    assert_eq!(text(&client.get("/news").await), "call 5");
    clock.advance(10);
    assert_eq!(text(&client.get("/news").await), "call 5");
    assert_eq!(text(&client.get("/news").await), "call 6");
    assert_eq!(gate.exits.count(), 7);
}
