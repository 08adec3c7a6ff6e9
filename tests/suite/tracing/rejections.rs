//! What is logged about a request that is invalid.

use fastrs::{middleware::RequestId, prelude::*, testing::TestClient};
use tracing::Level;

use crate::{log::Log, support::raw_json};

#[model]
#[serde(deny_unknown_fields)]
struct Order {
    #[field(ge = 1)]
    amount: u32,
    names: Vec<String>,
}

#[post("/orders")]
async fn order(limit: u32, order: Order) -> usize {
    order.names.len() + (limit + order.amount) as usize
}

fn app() -> App {
    App::new("Rejections", "1").routes(routes![order])
}

async fn send(client: &TestClient, limit: &str, body: String) {
    let request = client.post("/orders").query(&[("limit", limit)]);
    assert_eq!(raw_json(request, body).await.status(), 422);
}

#[tokio::test]
async fn the_places_and_types_of_errors_are_logged() {
    let (log, _guard) = Log::start(Level::WARN);
    let client = TestClient::start(app()).await;
    let body = r#"{"amount": 0, "names": ["a", 7]}"#;
    send(&client, "canary", body.to_owned()).await;
    let errors = [
        "query.limit: int_parsing",
        "body.amount: greater_than_equal",
        "body.names.1: string_type",
    ];
    let text = r#"WARN request rejected method=POST path="/orders" count="#;
    assert_eq!(log.take(), [format!("{text}3 errors={errors:?}")]);

    let client = TestClient::start(app().layer(RequestId::new())).await;
    let request = client.post("/orders").header("x-request-id", "first");
    assert_eq!(request.await.status(), 422);
    let lines = log.take();
    assert!(lines[0].contains(r#" request_id="first" "#), "{lines:?}");
}

/// The keys of an object are the client's own.
#[tokio::test]
async fn what_a_client_sends_is_bounded_and_escaped() {
    let (log, _guard) = Log::start(Level::TRACE);
    let client = TestClient::start(app()).await;
    let long = "k".repeat(10_000);
    for key in ["a\\nb\\u001b[31m\\u202e\\\"", &long] {
        let body = format!(r#"{{"amount": 1, "names": [], "{key}": "canary"}}"#);
        send(&client, "1", body).await;
    }
    let many = vec!["7"; 50].join(",");
    send(
        &client,
        "1",
        format!(r#"{{"amount": 1, "names": [{many}]}}"#),
    )
    .await;
    let lines = log.take();
    let rejected = |line: &&String| line.starts_with("WARN request rejected");
    let lines: Vec<_> = lines.iter().filter(rejected).collect();
    let [escaped, long, many] = lines[..] else {
        panic!("{lines:?}");
    };
    let key = r#"body.a\nb\u{1b}[31m\u{202e}\": extra_forbidden"#;
    assert!(escaped.contains(key), "{escaped}");
    assert!(long.len() < 300, "{long}");
    assert!(many.len() < 500, "{many}");
    assert!(many.contains(" count=50 "), "{many}");
    assert!(many.contains(r#""body.names.9: string_type"]"#), "{many}");
    for line in lines {
        assert!(!line.contains("canary"), "{line}");
    }
}

/// A subscriber at `error` does not see the mistakes of clients.
#[tokio::test]
async fn a_subscriber_that_does_not_listen_sees_no_rejection() {
    let (log, _guard) = Log::start(Level::ERROR);
    let client = TestClient::start(app()).await;
    send(&client, "x", "{}".to_owned()).await;
    assert_eq!(log.take(), [""; 0]);
}
