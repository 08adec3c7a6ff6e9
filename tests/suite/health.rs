//! The health checks of an app: what a supervisor asks.

mod stopping;

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use fastrs::{
    Health, Next, RouteKind, ServeConfig,
    middleware::{AccessLog, ConcurrencyLimit, HttpsRedirect, TrustedHost},
    prelude::*,
    testing::TestClient,
};
use serde_json::Value;
use tracing::Level;

use crate::{
    journal::{Gate, Journal, gate, journal},
    log::{Lines, Log},
    waiting::{soon, until, until_idle},
    wire::{Wire, serve},
};

#[job]
async fn database(#[depends(journal)] journal: &Journal) {
    journal.write("database");
}

#[job]
async fn cache() -> Result<()> {
    Err(HttpError::new(503, "redis://:secret@cache is down"))
}

#[job]
async fn mailer() -> Result<()> {
    panic!("the mailer panics")
}

/// A value of one run, which notices how the run ends.
#[dependency]
async fn visit(#[depends(journal)] journal: Journal, lend: Yield<()>) {
    let ((), outcome) = lend.until_done(()).await;
    journal.write(crate::journal::told(&outcome));
}

#[job]
async fn slow(
    #[depends(visit)] _visit: (),
    #[depends(gate)] gate: &Gate,
    #[depends(journal)] journal: &Journal,
) {
    journal.write("slow");
    gate.pass().await;
}

#[get("/")]
async fn home() -> &'static str {
    "home"
}

fn app(health: Health) -> App {
    App::new("Healthy", "1")
        .provide::<journal>(Journal::new())
        .routes(routes![home])
        .health(health)
}

async fn ask(client: &TestClient, path: &str) -> (u16, String) {
    let answer = client.get(path).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    (answer.status().as_u16(), answer.text())
}

fn answer(status: u16, json: &str) -> (u16, String) {
    (status, json.to_owned())
}

const OK: &str = r#"{"status":"ok"}"#;

#[tokio::test]
async fn an_app_without_checks_is_ready() {
    let client = TestClient::start(app(Health::new())).await;
    assert_eq!(ask(&client, "/healthz").await, answer(200, OK));
    assert_eq!(ask(&client, "/readyz").await, answer(200, OK));
    assert_eq!(client.head("/readyz").await.status(), 200);
    let refused = client.post("/readyz").await;
    assert_eq!(refused.status(), 405);
    assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"));
    let document: Value = client.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/"]);
    let without = TestClient::start(App::default()).await;
    assert_eq!(without.get("/healthz").await.status(), 404);
}

#[tokio::test]
async fn the_response_lists_the_checks_and_the_log_has_their_errors() {
    let (log, _guard) = Log::start(Level::ERROR);
    let health = Health::new()
        .check::<cache>()
        .check::<database>()
        .check::<mailer>();
    let client = TestClient::start(app(health)).await;
    let expected =
        r#"{"status":"failed","checks":{"cache":"failed","database":"ok","mailer":"failed"}}"#;
    assert_eq!(ask(&client, "/readyz").await, answer(503, expected));
    assert_eq!(
        ask(&client, "/healthz").await,
        answer(200, OK),
        "a restart would not help"
    );
    let mut lines = log.take();
    lines.sort();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("cache is down"), "{lines:?}");
    assert!(lines[1].contains("the mailer panics"), "{lines:?}");
}

#[tokio::test]
async fn a_check_that_takes_too_long_is_dropped() {
    let (log, _guard) = Log::start(Level::ERROR);
    let notes = Journal::new();
    let health = Health::new()
        .check::<slow>()
        .check::<database>()
        .timeout(Duration::from_millis(20));
    let app = app(health)
        .provide::<journal>(notes.clone())
        .provide::<gate>(Gate::closed());
    let client = TestClient::start(app).await;
    let expected = r#"{"status":"failed","checks":{"slow":"timeout","database":"ok"}}"#;
    assert_eq!(ask(&client, "/readyz").await, answer(503, expected));
    assert_eq!(notes.take(), ["slow", "database", "aborted"]);
    let lines = log.take();
    assert!(
        lines.iter().any(|line| line.contains("took too long")),
        "{lines:?}"
    );
}

/// Blocks whatever runs it until the test drops the sender.
#[dependency(scope = "app")]
async fn blockade() -> Arc<Mutex<mpsc::Receiver<()>>>;

#[job]
async fn blocks(
    #[depends(blockade)] blockade: &Arc<Mutex<mpsc::Receiver<()>>>,
    #[depends(journal)] journal: &Journal,
) {
    journal.write("blocks");
    assert!(blockade.lock().unwrap().recv().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_check_that_blocks_its_thread_is_reported_and_runs_once() {
    let (notes, (sender, receiver)) = (Journal::new(), mpsc::channel());
    let health = Health::new()
        .check::<blocks>()
        .timeout(Duration::from_millis(20));
    let app = app(health)
        .provide::<journal>(notes.clone())
        .provide::<blockade>(Arc::new(Mutex::new(receiver)));
    let client = TestClient::start(app).await;
    let expected = r#"{"status":"failed","checks":{"blocks":"timeout"}}"#;
    for _ in 0..5 {
        assert_eq!(soon(ask(&client, "/readyz")).await, answer(503, expected));
    }
    assert_eq!(notes.take(), ["blocks"]);
    drop(sender);
    until(async || ask(&client, "/readyz").await.0 == 200).await;
}

#[job]
async fn passes(#[depends(gate)] gate: &Gate, #[depends(journal)] journal: &Journal) {
    journal.write("passes");
    gate.pass().await;
}

#[job]
async fn opens(#[depends(gate)] gate: &Gate) {
    gate.open();
}

#[tokio::test]
async fn checks_run_concurrently() {
    let health = Health::new().check::<passes>().check::<opens>();
    let app = app(health.timeout(Duration::MAX)).provide::<gate>(Gate::closed());
    let client = TestClient::start(app).await;
    let expected = r#"{"status":"ok","checks":{"passes":"ok","opens":"ok"}}"#;
    assert_eq!(soon(ask(&client, "/readyz")).await, answer(200, expected));
}

/// Otherwise anyone who may reach the path could keep the database busy.
#[tokio::test]
async fn requests_share_a_run_of_the_checks() {
    let (notes, gate_) = (Journal::new(), Gate::closed());
    let health = Health::new().check::<passes>().timeout(Duration::MAX);
    let app = app(health)
        .provide::<journal>(notes.clone())
        .provide::<gate>(gate_.clone());
    let server = serve(app).await;
    let mut wires = Vec::new();
    for _ in 0..20 {
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /readyz").await;
        wires.push(wire);
    }
    until_idle().await;
    assert_eq!(notes.take(), ["passes"]);
    // Those that arrived during the first run get the result of a second one, which began after they had arrived.
    gate_.open();
    soon(notes.until("passes")).await;
    until_idle().await;
    assert_eq!(notes.take(), ["passes"]);
    gate_.open();
    for wire in &mut wires {
        assert_eq!(soon(wire.answer()).await.status(), "200");
    }
    assert_eq!(notes.take(), [""; 0]);
}

#[middleware]
async fn refuses(_request: http::Request<Body>, _next: Next) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

#[dependency]
async fn guard(#[security(fastrs::security::ApiKeyHeader::new("x-key"))] _key: &str) -> Result<()> {
    Err(HttpError::from_status(403))
}

/// The probes of Kubernetes use the address of the pod as `Host`, plain HTTP and no credential.
#[tokio::test]
async fn no_layer_and_no_guard_is_before_a_check() {
    type Wrap = fn(App) -> App;
    let layers: [(Wrap, &str); 7] = [
        (|app| app.layer(TrustedHost::new(["shop.example"])), "400"),
        (|app| app.layer(HttpsRedirect::new()), "307"),
        (|app| app.layer(ConcurrencyLimit::new(0)), "503"),
        (|app| app.middleware::<refuses>(), "401"),
        (|app| app.require::<guard>(), "401"),
        (|app| app.config(ServeConfig::new().max_in_flight(0)), "503"),
        (|app| app.production(), "200"),
    ];
    for (number, (wrap, status)) in layers.into_iter().enumerate() {
        for root_path in ["", "/shop"] {
            let health = Health::new().check::<database>().access_log(false);
            let app = wrap(app(health)).root_path(root_path);
            let server = serve(app).await;
            let mut wire = Wire::to(server.addr()).await;
            for (path, expected) in [("/", status), ("/healthz", "200"), ("/readyz", "200")] {
                wire.send(&format!(
                    "GET {root_path}{path} HTTP/1.1\r\nhost: 10.1.2.3:8000\r\n\r\n"
                ))
                .await;
                let answer = soon(wire.answer()).await;
                assert_eq!(answer.status(), expected, "{number}: {root_path}{path}");
            }
        }
    }
}

#[post("/healthz")]
async fn report() -> &'static str {
    "reported"
}

#[tokio::test]
async fn other_methods_of_the_path_are_behind_the_layers() {
    let app = app(Health::new()).routes(routes![report]);
    let client = TestClient::start(app.middleware::<refuses>()).await;
    assert_eq!(client.get("/healthz").await.status(), 200);
    assert_eq!(client.post("/healthz").await.status(), 401);
}

#[tokio::test]
async fn the_paths_can_be_changed() {
    let health = Health::new()
        .liveness_path("/live")
        .readiness_path("/internal/ready");
    let built = app(health.clone()).build().unwrap();
    let monitors = built.routes().iter();
    let monitors = monitors.filter(|route| route.kind() == RouteKind::Monitor);
    let paths: Vec<_> = monitors.map(|route| route.path()).collect();
    assert_eq!(paths, ["/live", "/internal/ready"]);
    let client = TestClient::start(app(health)).await;
    assert_eq!(client.get("/live").await.status(), 200);
    assert_eq!(client.get("/internal/ready").await.status(), 200);
    assert_eq!(client.get("/healthz").await.status(), 404);
}

#[get("/readyz")]
async fn readyz() {}

mod other {
    use fastrs::prelude::*;

    #[job]
    pub(super) async fn database() {}
}

#[test]
fn mistakes_are_startup_errors() {
    let mistake = |app: App| app.build().map(drop).unwrap_err().to_string();
    let error = mistake(app(Health::new()).routes(routes![readyz]));
    assert!(
        error.contains("`readyz` (")
            && error.contains("and the app's health both serve `GET /readyz`"),
        "{error}"
    );
    for (health, expected) in [
        (
            Health::new().liveness_path("live"),
            "`liveness_path(\"live\")` must start with `/`: write `/live`",
        ),
        (
            Health::new().liveness_path("/health?x"),
            "`liveness_path(\"/health?x\")` must not contain a query or a fragment: write `/health`",
        ),
        (
            Health::new().readiness_path("/ready#x"),
            "`readiness_path(\"/ready#x\")` must not contain a query or a fragment: write `/ready`",
        ),
        (
            Health::new().readiness_path("/<id>/ready"),
            "`readiness_path(\"/<id>/ready\")` must not contain a placeholder: write one fixed path",
        ),
    ] {
        let error = mistake(app(health));
        assert_eq!(error, format!("the app cannot start: {expected}"));
    }
    let twice = Health::new().check::<database>().check::<other::database>();
    let error = mistake(app(twice));
    assert!(
        error.contains("two health checks have the name `database`"),
        "{error}"
    );
    let missing = App::new("Healthy", "1").health(Health::new().check::<database>());
    let error = mistake(missing);
    assert!(
        error.contains("call `App::provide::<journal>(value)`"),
        "{error}"
    );
}

/// Behind the layers of the app, the middleware would not see them.
#[tokio::test]
async fn the_access_log_has_a_line_unless_it_is_turned_off() {
    for is_logged in [true, false] {
        let lines = Lines::default();
        let health = Health::new().access_log(is_logged);
        let app = app(health)
            .middleware::<refuses>()
            .layer(lines.log(AccessLog::common()));
        let client = TestClient::start(app).await;
        client.get("/healthz").await;
        client.get("/readyz").await;
        client.get("/").await;
        let logged = lines.take().into_iter();
        let logged: Vec<_> = logged
            .map(|line| line.split_once("] ").unwrap().1.to_owned())
            .collect();
        let expected = [
            r#""GET /healthz HTTP/1.1" 200 15"#,
            r#""GET /readyz HTTP/1.1" 200 15"#,
            r#""GET / HTTP/1.1" 401 -"#,
        ];
        let from = if is_logged { 0 } else { 2 };
        assert_eq!(logged, expected[from..]);
    }
}
