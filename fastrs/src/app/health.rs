//! Whether an app works: what its supervisor asks.

use std::{
    collections::BTreeSet,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header::CACHE_CONTROL};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use crate::{
    body::{Body, Response},
    depends::{DepList, PlanFn},
    request::{AppState, BoxFuture, Failure, RemainingWork, with_json},
    routing::{Job, JobOutput, drive_job},
};

/// The health checks of an app: whether it runs, and whether it can handle requests.
///
/// A check is a [job](macro@crate::job): an async function with dependencies, which fails if it returns an error, panics
/// or takes longer than the [timeout](Self::timeout).
///
/// ```
/// use fastrs::{Health, prelude::*};
/// use fastrs::testing::TestClient;
/// # struct Pool;
/// # impl Pool { async fn ping(&self) -> std::io::Result<()> { Ok(()) } }
/// # #[dependency(scope = "app")] async fn pool() -> Pool { Pool }
///
/// #[job]
/// async fn database(#[depends(pool)] pool: &Pool) -> Result<()> {
///     pool.ping().await?;
///     Ok(())
/// }
///
/// # fastrs::__private::block_on(async {
/// let app = App::new("Shop", "1.0.0").health(Health::new().check::<database>());
/// let client = TestClient::start(app).await;
/// assert_eq!(client.get("/healthz").await.text(), r#"{"status":"ok"}"#);
/// assert_eq!(client.get("/readyz").await.text(), r#"{"status":"ok","checks":{"database":"ok"}}"#);
/// # });
/// ```
///
/// | path | responds with |
/// |---|---|
/// | `/healthz` | 200 while the process handles requests |
/// | `/readyz` | 200 if all checks succeed, and otherwise 503; 503 as soon as a shutdown begins |
///
/// The checks run concurrently, and only when `/readyz` is requested; requests that arrive while they run share the next run.
/// An error is logged, and is not part of the response.
///
/// The layers, the middleware and the guards of the app do not apply to these paths, since a supervisor may use any
/// `Host`, plain HTTP, and no credential; only an [`AccessLog`](crate::middleware::AccessLog) of the app logs them. They
/// are handled even if too many requests are in flight, and they are not in the document.
#[derive(Clone, Debug)]
#[must_use]
pub struct Health {
    pub(super) liveness_path: String,
    pub(super) readiness_path: String,
    pub(super) is_logged: bool,
    timeout: Duration,
    checks: Vec<Check>,
}

#[derive(Clone)]
struct Check {
    name: &'static str,
    plan: PlanFn,
    run: fn(Arc<AppState>) -> BoxFuture<'static, Result<(), Failure>>,
    /// Is locked while the check runs, which may be longer than anyone waits for it.
    running: Arc<Mutex<()>>,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Health {
    /// Serves `/healthz` and `/readyz`, without any check.
    pub fn new() -> Self {
        Self {
            liveness_path: "/healthz".to_owned(),
            readiness_path: "/readyz".to_owned(),
            is_logged: true,
            timeout: Duration::from_secs(1),
            checks: Vec::new(),
        }
    }

    /// Adds a check, which has the name of its function in the response.
    pub fn check<J>(mut self) -> Self
    where
        J: Job<Returned: JobOutput>,
    {
        self.checks.push(Check {
            name: J::NAME,
            plan: <J::Deps as DepList>::plan,
            run: |state| Box::pin(async { drive_job::<J>(state).await.map(drop) }),
            running: Arc::default(),
        });
        self
    }

    /// Sets how long each check may take, by default 1 second, which is also how long Kubernetes waits for a response by
    /// default. A check that takes longer is dropped at its next `await`, and the exits of its dependencies run.
    ///
    /// A check that blocks its thread, for example with `std::thread::sleep`, cannot be dropped. It is reported as well,
    /// if the runtime has another thread, and does not run again until it has ended.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the path that tells whether the process handles requests, by default `/healthz`.
    pub fn liveness_path(mut self, path: impl Into<String>) -> Self {
        self.liveness_path = path.into();
        self
    }

    /// Sets the path that tells whether the app can handle requests, by default `/readyz`.
    pub fn readiness_path(mut self, path: impl Into<String>) -> Self {
        self.readiness_path = path.into();
        self
    }

    /// Sets whether the access log has a line for each of these requests. By default, it has.
    pub fn access_log(mut self, yes: bool) -> Self {
        self.is_logged = yes;
        self
    }

    /// Returns the dependencies of the checks, each with a description of the check.
    pub(super) fn plans(&self) -> impl Iterator<Item = (String, PlanFn)> {
        let described = |check: &Check| (format!("the health check `{}`", check.name), check.plan);
        self.checks.iter().map(described)
    }

    /// Returns what is wrong with the checks.
    pub(super) fn mistakes(&self) -> impl Iterator<Item = String> {
        let mut names = BTreeSet::new();
        let twice = self.checks.iter().map(|check| check.name);
        let twice = twice.filter(move |name| !names.insert(*name));
        twice.map(|name| format!("two health checks have the name `{name}`: rename one of them"))
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

/// The readiness of an app, whose checks run at most once at a time.
pub(super) struct Readiness {
    checks: Vec<Check>,
    timeout: Duration,
    /// When the last run of the checks began, and its result.
    last: Mutex<Option<(Instant, Report)>>,
}

/// The result of all checks.
#[derive(Clone)]
struct Report {
    is_ready: bool,
    json: Bytes,
}

impl Readiness {
    pub(super) fn new(health: &Health) -> Self {
        Self {
            checks: health.checks.clone(),
            timeout: health.timeout,
            last: Mutex::default(),
        }
    }

    /// Responds to a request. `served` is the remaining work of the app that is served, which knows of its shutdown.
    pub(super) async fn respond(&self, state: &Arc<AppState>, served: &RemainingWork) -> Response {
        let report = match served.is_stopping() {
            true => None,
            // The shutdown may begin while the checks run.
            false => Some(self.report(state).await).filter(|_| !served.is_stopping()),
        };
        match report {
            Some(report) if report.is_ready => respond(StatusCode::OK, report.json),
            Some(report) => respond(StatusCode::SERVICE_UNAVAILABLE, report.json),
            None => respond(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"stopping"}"#),
        }
    }

    /// Returns the result of a run of the checks that began after this call.
    async fn report(&self, state: &Arc<AppState>) -> Report {
        let asked = Instant::now();
        let mut last = self.last.lock().await;
        if let Some((began, report)) = &*last
            && *began >= asked
        {
            return report.clone();
        }
        let began = Instant::now();
        let report = self.run(state).await;
        *last = Some((began, report.clone()));
        report
    }

    async fn run(&self, state: &Arc<AppState>) -> Report {
        let running = self.checks.iter().map(|check| {
            let run: BoxFuture<'static, &'static str> =
                Box::pin(check.clone().result(state.clone(), self.timeout));
            (check.name, tokio::spawn(run))
        });
        let mut results = Map::new();
        for (name, result) in running.collect::<Vec<_>>() {
            let result = result.await.unwrap_or(FAILED);
            results.insert(name.to_owned(), result.into());
        }
        let is_ready = results.values().all(|result| result == OK);
        let status = if is_ready { OK } else { FAILED };
        let mut json = json!({ "status": status });
        if !results.is_empty() {
            json["checks"] = Value::Object(results);
        }
        Report {
            is_ready,
            json: json.to_string().into(),
        }
    }
}

/// Responds that the process handles requests.
pub(super) fn live() -> Response {
    respond(StatusCode::OK, r#"{"status":"ok"}"#)
}

fn respond(status: StatusCode, json: impl Into<Body>) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    with_json(
        status,
        HeaderMap::from_iter([(CACHE_CONTROL, no_store)]),
        json,
    )
}

const OK: &str = "ok";
const FAILED: &str = "failed";
const TIMED_OUT: &str = "timeout";

impl Check {
    /// Runs the check, and returns its result as the response shows it.
    async fn result(self, state: Arc<AppState>, timeout: Duration) -> &'static str {
        let name = self.name;
        let run: BoxFuture<'static, Result<(), Failure>> = Box::pin(async move {
            let _running = self.running.lock_owned().await;
            (self.run)(state).await
        });
        // Another task waits for it, since it may block its own.
        let mut run = tokio::spawn(run);
        match tokio::time::timeout(timeout, &mut run).await {
            Ok(Ok(Ok(()))) => OK,
            // It was dropped with the runtime.
            Ok(Err(_)) => FAILED,
            Ok(Ok(Err(failure))) => {
                let error = failure.to_http_error().reason();
                tracing::error!(name, error, "a health check failed");
                crate::log::to_stderr(format_args!(
                    "ERROR the health check `{name}` failed: {error}"
                ));
                FAILED
            }
            Err(_) => {
                run.abort();
                tracing::error!(name, ?timeout, "a health check took too long");
                crate::log::to_stderr(format_args!(
                    "ERROR the health check `{name}` took longer than {timeout:?}"
                ));
                TIMED_OUT
            }
        }
    }
}
