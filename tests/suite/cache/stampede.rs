//! Many requests for the same response: one of them computes it.

use std::sync::Arc;

use fastrs::{Cache, prelude::*, testing::TestClient};
use tokio::sync::Semaphore;

use super::{Calls, text};
use crate::waiting::{soon, until, until_idle};

/// Counts computations, and lets them continue.
#[derive(Clone)]
struct Gate {
    calls: Calls,
    permits: Arc<Semaphore>,
}

impl Gate {
    fn closed() -> Self {
        Self {
            calls: Calls::default(),
            permits: Arc::new(Semaphore::new(0)),
        }
    }
}

#[dependency(scope = "app")]
async fn gate() -> Gate;

/// Its first computations fail as its path says.
#[get("/<kind>/<failures>", cache(seconds = 60, tags = ["all"]), cancel_on_disconnect)]
async fn slow(kind: &str, failures: usize, #[depends(gate)] gate: &Gate) -> Result<Response> {
    let call = gate.calls.next();
    gate.permits.acquire().await?.forget();
    let mut response = Response::new(format!("\"call {call}\"").into());
    match kind {
        _ if call > failures => {}
        "panic" => panic!("not today"),
        "error" => return Err(HttpError::from_status(503)),
        _ => {
            let value = fastrs::http::HeaderValue::from_static("no-store");
            response.headers_mut().insert("cache-control", value);
        }
    }
    Ok(response)
}

async fn start(gate: &Gate) -> Arc<TestClient> {
    let app = App::new("Shop", "1.0.0")
        .provide::<gate>(gate.clone())
        .routes(routes![slow]);
    Arc::new(TestClient::start(app).await)
}

/// Sends requests at the same time, and returns the tasks that wait for them.
async fn send(
    client: &Arc<TestClient>,
    path: &'static str,
    count: usize,
) -> Vec<tokio::task::JoinHandle<(u16, String)>> {
    let mut tasks = Vec::new();
    for _ in 0..count {
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            let answer = client.get(path).send().await;
            (answer.status().as_u16(), answer.text())
        }));
    }
    until_idle().await;
    tasks
}

#[tokio::test]
async fn a_thousand_requests_are_computed_once() {
    let gate = Gate::closed();
    let client = start(&gate).await;
    let tasks = send(&client, "/plain/0", 1000).await;
    gate.permits.add_permits(1);
    for task in tasks {
        assert_eq!(soon(task).await.unwrap(), (200, "\"call 1\"".to_owned()));
    }
    assert_eq!(gate.calls.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_several_threads_as_well() {
    let gate = Gate::closed();
    gate.permits.add_permits(1_000_000);
    let client = start(&gate).await;
    for task in send(&client, "/plain/0", 1000).await {
        assert_eq!(soon(task).await.unwrap(), (200, "\"call 1\"".to_owned()));
    }
}

/// The first computation fails for one client. Of the others, one computes the response again.
#[tokio::test]
async fn after_a_failure_one_of_the_others_computes_it() {
    for path in ["/panic/1", "/error/1"] {
        let gate = Gate::closed();
        let client = start(&gate).await;
        let tasks = send(&client, path, 100).await;
        gate.permits.add_permits(2);
        let mut failed = 0;
        for task in tasks {
            match soon(task).await.unwrap() {
                (200, text) => assert_eq!(text, "\"call 2\""),
                (status, _) => {
                    assert!([500, 503].contains(&status), "{status}");
                    failed += 1;
                }
            }
        }
        assert_eq!((failed, gate.calls.count()), (1, 2), "{path}");
    }
}

/// Then waiting for one another would make the last client wait for all.
#[tokio::test]
async fn after_two_failures_everyone_computes_it() {
    let gate = Gate::closed();
    let client = start(&gate).await;
    let tasks = send(&client, "/error/2", 100).await;
    for calls in [2, 100] {
        gate.permits.add_permits(1);
        until(async || gate.calls.count() == calls).await;
        until_idle().await;
    }
    gate.permits.add_permits(98);
    let mut failed = 0;
    for task in tasks {
        failed += usize::from(soon(task).await.unwrap().0 == 503);
    }
    assert_eq!(failed, 2);
}

#[tokio::test]
async fn a_response_that_is_not_stored_makes_nobody_wait_in_line() {
    let gate = Gate::closed();
    let client = start(&gate).await;
    let tasks = send(&client, "/private/1000", 100).await;
    assert_eq!(gate.calls.count(), 1);
    gate.permits.add_permits(1);
    until(async || gate.calls.count() == 100).await;
    gate.permits.add_permits(99);
    for task in tasks {
        assert_eq!(soon(task).await.unwrap().0, 200);
    }
}

#[tokio::test]
async fn if_the_one_that_computes_is_dropped_another_one_does() {
    let gate = Gate::closed();
    let client = start(&gate).await;
    let first = send(&client, "/plain/0", 1).await;
    assert_eq!(gate.calls.count(), 1);
    let others = send(&client, "/plain/0", 50).await;
    for task in first {
        task.abort();
    }
    until(async || gate.calls.count() == 2).await;
    gate.permits.add_permits(1);
    for task in others {
        assert_eq!(soon(task).await.unwrap(), (200, "\"call 2\"".to_owned()));
    }
}

#[tokio::test]
async fn what_is_invalidated_while_it_is_computed_is_not_stored() {
    let gate = Gate::closed();
    let cache = Cache::in_memory();
    let app = App::new("Shop", "1.0.0")
        .provide::<gate>(gate.clone())
        .provide::<Cache>(cache.clone())
        .routes(routes![slow]);
    let client = Arc::new(TestClient::start(app).await);
    let before = send(&client, "/plain/0", 10).await;
    cache.invalidate("all").await;
    // Whoever comes now needs a new response.
    let after = send(&client, "/plain/0", 10).await;
    assert_eq!(gate.calls.count(), 2);
    gate.permits.add_permits(2);
    for (tasks, expected) in [(before, "\"call 1\""), (after, "\"call 2\"")] {
        for task in tasks {
            assert_eq!(soon(task).await.unwrap(), (200, expected.to_owned()));
        }
    }
    assert_eq!(text(&client.get("/plain/0").await), "call 2");
}
