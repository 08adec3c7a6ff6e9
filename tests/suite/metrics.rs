//! The metrics of an app, as Prometheus reads them.

mod labels;
mod scrape;
mod server;

use fastrs::{
    Metrics, Next, RouteKind, ServeConfig, middleware::AccessLog, prelude::*, testing::TestClient,
};
use serde_json::Value;
use tracing::Level;

use self::scrape::Scrape;
use crate::log::{Lines, Log};

#[get("/")]
async fn home() -> &'static str {
    "home"
}

#[middleware]
async fn refuses(_request: http::Request<Body>, _next: Next) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

fn app(metrics: Metrics) -> App {
    App::new("Counted", "1")
        .routes(routes![home])
        .metrics(metrics)
}

#[tokio::test]
async fn the_metrics_are_served_in_the_format_of_prometheus() {
    let client = TestClient::start(app(Metrics::new())).await;
    client.get("/").await;
    let answer = client.get("/metrics").await;
    assert_eq!(answer.status(), 200);
    let content_type = answer.header("content-type");
    assert_eq!(
        content_type,
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    let scrape = Scrape::parse(&answer.text());
    assert_eq!(scrape.count("GET", "/", 200), 1.0);
    assert_eq!(scrape.requests(), 1.0, "the scrape itself is not complete");
    assert_eq!(scrape.value("http_server_active_requests"), 1.0);
    let again = Scrape::parse(&client.get("/metrics").await.text());
    assert_eq!(again.count("GET", "/metrics", 200), 1.0);
    let document: Value = client.get("/openapi.json").await.json();
    assert!(document["paths"].get("/metrics").is_none());
}

#[tokio::test]
async fn the_path_can_be_changed_and_is_behind_nothing() {
    let changed = app(Metrics::new().path("/internal/numbers"));
    let changed = changed
        .middleware::<refuses>()
        .config(ServeConfig::new().max_in_flight(0));
    let built = changed.build().unwrap();
    let monitors = built.routes().iter();
    let monitors = monitors.filter(|route| route.kind() == RouteKind::Monitor);
    let paths: Vec<_> = monitors.map(|route| route.path()).collect();
    assert_eq!(paths, ["/internal/numbers"]);
    let changed = app(Metrics::new().path("/internal/numbers")).middleware::<refuses>();
    let client = TestClient::start(changed).await;
    assert_eq!(client.get("/").await.status(), 401);
    let text = client.get("/internal/numbers").await.text();
    assert_eq!(Scrape::parse(&text).count("GET", "/", 401), 1.0);

    let without = TestClient::start(app(Metrics::new().path(None))).await;
    assert_eq!(without.get("/metrics").await.status(), 404);
    let uncounted = TestClient::start(App::default()).await;
    assert_eq!(uncounted.get("/metrics").await.status(), 404);
}

#[tokio::test]
async fn the_metrics_can_be_served_elsewhere() {
    let metrics = Metrics::new().path(None);
    let client = TestClient::start(app(metrics.clone())).await;
    client.get("/").await;
    let body = metrics.response().into_body();
    let text = http_body_util::BodyExt::collect(body).await.unwrap();
    let text = String::from_utf8(text.to_bytes().to_vec()).unwrap();
    assert_eq!(Scrape::parse(&text).count("GET", "/", 200), 1.0);
}

#[tokio::test]
async fn an_app_adds_values_of_its_own() {
    let metrics = Metrics::new()
        .gauge("db_pool_idle", "Idle\nconnections \\", || -2.5)
        .counter("shop:orders_total", "Orders", || 7.0)
        .gauge("unknown", "Not known", || f64::NAN)
        .gauge("endless", "Endless", || f64::INFINITY);
    let client = TestClient::start(app(metrics)).await;
    let text = client.get("/metrics").await.text();
    for lines in [
        "# HELP db_pool_idle Idle\\nconnections \\\\\n# TYPE db_pool_idle gauge\ndb_pool_idle -2.5\n",
        "# TYPE shop:orders_total counter\nshop:orders_total 7\n",
        "\nunknown NaN\n",
        "\nendless +Inf\n",
    ] {
        assert!(text.contains(lines), "{lines}: {text}");
    }
    Scrape::parse(&text);
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_left_out() {
    let (log, _guard) = Log::start(Level::ERROR);
    let metrics = Metrics::new()
        .gauge("broken", "Broken", || panic!("the pool is gone"))
        .gauge("db_pool_idle", "Idle connections", || 3.0);
    let client = TestClient::start(app(metrics)).await;
    for _ in 0..2 {
        let answer = client.get("/metrics").await;
        assert_eq!(answer.status(), 200);
        let scrape = Scrape::parse(&answer.text());
        assert_eq!(scrape.value("db_pool_idle"), 3.0);
        assert!(!answer.text().contains("broken"));
    }
    let lines = log.take();
    let expected =
        "ERROR a metric panicked, and is left out name=\"broken\" error=\"the pool is gone\"";
    assert_eq!(lines, [expected]);
}

#[tokio::test]
async fn scrapes_can_be_kept_out_of_the_access_log() {
    for (metrics, logged) in [
        (Metrics::new(), &["GET /metrics", "GET /"][..]),
        (Metrics::new().access_log(false), &["GET /"]),
    ] {
        let lines = Lines::default();
        let app = app(metrics).layer(lines.log(AccessLog::common()));
        let client = TestClient::start(app).await;
        client.get("/metrics").await;
        client.get("/").await;
        let lines = lines.take();
        assert_eq!(lines.len(), logged.len(), "{lines:?}");
        for (line, request) in lines.iter().zip(logged) {
            assert!(line.contains(&format!("\"{request} HTTP/")), "{line}");
        }
    }
}

#[get("/metrics")]
async fn metrics() {}

#[test]
fn mistakes_are_startup_errors() {
    let mistake = |app: App| app.build().map(drop).unwrap_err().to_string();
    let zero = || 0.0;
    for (metrics, expected) in [
        (
            Metrics::new().gauge("db.idle", "", zero),
            "the gauge \"db.idle\" has to consist of letters",
        ),
        (
            Metrics::new().counter("1st_total", "", zero),
            "must not begin with a digit",
        ),
        (
            Metrics::new()
                .gauge("idle", "", zero)
                .gauge("idle", "", zero),
            "there are two metrics with the name `idle`",
        ),
        (
            Metrics::new().gauge("fastrs_connections", "", zero),
            "there are two metrics with the name `fastrs_connections`",
        ),
        (
            Metrics::new().gauge("http_server_request_duration_seconds_count", "", zero),
            "has the name of a series of the histogram `http_server_request_duration_seconds`: rename it",
        ),
        (
            Metrics::new().counter("http_server_request_duration_seconds_bucket", "", zero),
            "has the name of a series of the histogram",
        ),
        (
            Metrics::new().path("numbers"),
            "`Metrics::path(\"numbers\")` must start with `/`: write `/numbers`",
        ),
        (
            Metrics::new().path("/items/{id}"),
            "`Metrics::path(\"/items/{id}\")` must not contain a placeholder",
        ),
    ] {
        let error = mistake(app(metrics));
        assert!(error.contains(expected), "{error}");
    }
    let error = mistake(app(Metrics::new()).routes(routes![metrics]));
    assert!(
        error.contains("and the app's metrics both serve `GET /metrics`"),
        "{error}"
    );
    let shared = Metrics::new();
    let first = app(shared.clone()).build();
    let error = mistake(app(shared));
    assert!(error.contains("already belong to another app"), "{error}");
    drop(first);
}
