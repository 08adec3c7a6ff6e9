//! A batcher in an app.

use fastrs::testing::TestClient;
use fastrs::{Batcher, Metrics, prelude::*};

use super::{Doubler, Gate, until, until_idle};
use crate::support::{document, shown};
use crate::wire::{Wire, serve};

#[dependency(scope = "app")]
async fn metrics() -> Metrics;

#[dependency(scope = "app")]
async fn gated() -> Doubler;

#[dependency(scope = "app")]
async fn doubler(
    #[depends(gated)] gated: &Doubler,
    #[depends(metrics)] metrics: &Metrics,
) -> Doubler {
    gated.clone().metrics(metrics, "the \"doubler\"")
}

/// Double a number.
#[get("/double")]
async fn double(n: u64, #[depends(doubler)] doubler: &Doubler) -> Result<u64, fastrs::BatchError> {
    doubler.call(n).await
}

fn app() -> (App, Gate) {
    let (batcher, gate) = Gate::new();
    let counted = Metrics::new();
    let app = App::new("Doubler", "1.0.0")
        .provide::<gated>(batcher.max_queue(3))
        .provide::<metrics>(counted.clone())
        .metrics(counted)
        .routes(routes![double]);
    (app, gate)
}

#[tokio::test]
async fn a_call_beyond_the_queue_is_a_503() {
    let (app, gate) = app();
    let client = TestClient::start(app).await;
    let get = |n: u64| client.get(&format!("/double?n={n}")).send();
    let (first, queued, refused) = (
        get(0),
        async {
            gate.begun(1).await;
            tokio::join!(get(1), get(2), get(3))
        },
        async {
            until(async || metric(&client, "fastrs_batch_queue").await == "3").await;
            let refused = get(4).await;
            gate.open(2);
            refused
        },
    );
    let (first, queued, refused) = tokio::join!(first, queued, refused);
    assert_eq!(first.text(), "0");
    assert_eq!((queued.0.text(), queued.2.text()), ("2".into(), "6".into()));
    assert_eq!(
        (refused.status().as_u16(), refused.header("retry-after")),
        (503, Some("1"))
    );
    assert_eq!(refused.text(), r#"{"detail":"Service Unavailable"}"#);
    let text = client.get("/metrics").await.text();
    for line in [
        "# TYPE fastrs_batch_queue gauge",
        r#"fastrs_batch_queue{batcher="the \"doubler\""} 0"#,
        r#"fastrs_batch_refused_total{batcher="the \"doubler\""} 1"#,
        "# TYPE fastrs_batch_size histogram",
        r#"fastrs_batch_size_bucket{batcher="the \"doubler\"",le="1"} 1"#,
        r#"fastrs_batch_size_bucket{batcher="the \"doubler\"",le="2"} 1"#,
        r#"fastrs_batch_size_bucket{batcher="the \"doubler\"",le="4"} 2"#,
        r#"fastrs_batch_size_bucket{batcher="the \"doubler\"",le="+Inf"} 2"#,
        r#"fastrs_batch_size_sum{batcher="the \"doubler\""} 4"#,
        r#"fastrs_batch_size_count{batcher="the \"doubler\""} 2"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

/// Returns the value of a metric of the batcher.
async fn metric(client: &TestClient, name: &str) -> String {
    let text = client.get("/metrics").await.text();
    let mut lines = text
        .lines()
        .filter(|line| line.starts_with(&format!("{name}{{")));
    let line = lines.next().unwrap_or_default();
    line.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_document_has_the_503() {
    let document = document(app().0).await;
    let busy = &document["paths"]["/double"]["get"]["responses"]["503"];
    assert_eq!(busy["headers"]["Retry-After"]["schema"]["type"], "string");
}

#[tokio::test]
async fn a_shutdown_waits_for_what_is_queued() {
    let (app, gate) = app();
    let server = serve(app).await;
    let address = server.addr();
    let mut wires = Vec::new();
    for n in 1..=3 {
        let mut wire = Wire::to(address).await;
        wire.request(&format!("GET /double?n={n}")).await;
        gate.begun(1).await;
        wires.push(wire);
    }
    until_idle().await;
    let stopped = tokio::spawn(server.stop());
    crate::waiting::until_closed(address).await;
    gate.open(2);
    for (wire, expected) in wires.iter_mut().zip(["2", "4", "6"]) {
        assert_eq!(wire.answer().await.body, expected);
    }
    stopped.await.unwrap();
}

#[tokio::test]
async fn the_errors_of_inputs_have_their_own_status() {
    #[derive(Debug, HttpError)]
    enum Wrong {
        #[error("{0} is odd")]
        #[status(409)]
        Odd(u64),
    }

    #[dependency(scope = "app")]
    async fn halves() -> Batcher<u64, u64> {
        Batcher::new(|inputs: Vec<u64>| {
            let half = |n: u64| {
                if n.is_multiple_of(2) {
                    Ok(n / 2)
                } else {
                    Err(Wrong::Odd(n))
                }
            };
            inputs.into_iter().map(half).collect::<Vec<_>>()
        })
    }

    #[get("/half")]
    async fn half(n: u64, #[depends(halves)] halves: &Batcher<u64, u64>) -> Result<u64> {
        Ok(halves.call(n).await?)
    }

    let client = TestClient::start(App::new("Halves", "1").routes(routes![half])).await;
    assert_eq!(client.get("/half?n=8").await.text(), "4");
    let odd = client.get("/half?n=7").await;
    assert_eq!(
        shown(&odd),
        fastrs::json!({ "status": 409, "content-type": "application/json", "body": { "detail": "7 is odd" } })
    );
}
