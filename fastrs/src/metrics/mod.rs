//! What an app does, in numbers, for Prometheus.

mod batches;
mod built_in;
mod histogram;
mod own;
mod series;
mod shared;
mod text;
mod timer;

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, Method, StatusCode, header::CONTENT_TYPE};

use self::{
    own::Own,
    series::{KnownMethod, Series},
    shared::{Counted, ServerCounters, Shared},
};
use crate::{body::Response, request::RemainingWork};

pub(crate) use batches::BatchCounts;
pub(crate) use timer::Timer;

/// The metrics of an app: how many requests it handles, for which routes, how long they take, and what the server does.
/// [`App::metrics`](crate::App::metrics) serves them at `/metrics`, in the text format of Prometheus.
///
/// ```
/// use fastrs::{Metrics, prelude::*};
/// use fastrs::testing::TestClient;
///
/// #[get("/items/<id>")]
/// async fn read_item(id: u64) -> u64 {
///     id
/// }
///
/// # fastrs::__private::block_on(async {
/// let app = App::new("Shop", "1.0.0").routes(routes![read_item]).metrics(Metrics::new());
/// let client = TestClient::start(app).await;
/// client.get("/items/5").await;
/// let text = client.get("/metrics").await.text();
/// let labels = r#"http_request_method="GET",http_route="/items/{id}",http_response_status_code="200""#;
/// assert!(text.contains(&format!("http_server_request_duration_seconds_count{{{labels}}} 1")));
/// # });
/// ```
///
/// | metric | type | |
/// |---|---|---|
/// | `http_server_request_duration_seconds` | histogram | the time until the head of the response |
/// | `http_server_active_requests` | gauge | requests without a response |
/// | `fastrs_requests_shed_total` | counter | requests refused because of [`max_in_flight`](crate::ServeConfig::max_in_flight) |
/// | `fastrs_body_timeouts_total` | counter | requests whose body stalled or was too slow |
/// | `fastrs_connections` | gauge | open connections |
/// | `fastrs_connections_accepted_total` | counter | connections since the start |
/// | `fastrs_background_tasks` | gauge | lists of background tasks that are running |
/// | `fastrs_websockets` | gauge | open WebSockets (feature `websocket`) |
/// | `fastrs_batch_queue`, `fastrs_batch_refused_total`, `fastrs_batch_size` | gauge, counter, histogram | the inputs of a [`Batcher`](crate::Batcher::metrics) |
///
/// The labels of the histogram are those of OpenTelemetry: `http_request_method`, which is `_OTHER` for a method that HTTP
/// does not define; `http_route`, the path of the route as the document has it, which is empty if no route matches; and
/// `http_response_status_code`. Whatever clients send, their number is limited by the app.
///
/// Every request is counted once, including those that the server refuses before the app sees them, and bytes that are
/// not a request: these have the method `_OTHER`. If a client disconnects before there is a response, and the handler is
/// dropped for that reason, the status is 499.
///
/// A clone is a handle to the same numbers.
#[derive(Clone, Debug)]
#[must_use]
pub struct Metrics {
    pub(crate) path: Option<String>,
    /// Whether the access log has a line for each scrape.
    pub(crate) is_logged: bool,
    shared: Arc<Shared>,
}

impl Metrics {
    /// Creates metrics that are served at `/metrics`.
    pub fn new() -> Self {
        Self {
            path: Some("/metrics".to_owned()),
            is_logged: true,
            shared: Arc::default(),
        }
    }

    /// Sets the path, by default `/metrics`. With `None`, the app only counts, and a handler of yours returns the
    /// [`response`](Self::response).
    pub fn path<'a>(mut self, path: impl Into<Option<&'a str>>) -> Self {
        self.path = path.into().map(str::to_owned);
        self
    }

    /// Sets whether the access log has a line for each scrape. By default, it has.
    pub fn access_log(mut self, yes: bool) -> Self {
        self.is_logged = yes;
        self
    }

    /// Adds a value that can rise and fall, which is read for each scrape.
    ///
    /// ```
    /// use fastrs::Metrics;
    /// # struct Pool;
    /// # impl Pool { fn idle(&self) -> u32 { 3 } }
    /// # let pool = Pool;
    ///
    /// let metrics = Metrics::new().gauge("db_pool_idle", "Idle connections of the pool", move || pool.idle().into());
    /// ```
    ///
    /// A name that is not valid, or that is taken, is a startup error. A function that panics is logged once, and the
    /// scrape is without its value.
    pub fn gauge(
        self,
        name: impl Into<String>,
        help: impl Into<String>,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        self.add(Own::new("gauge", name.into(), help.into(), read))
    }

    /// Adds a value that only rises, which is read for each scrape. Its name should end with `_total`.
    pub fn counter(
        self,
        name: impl Into<String>,
        help: impl Into<String>,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        self.add(Own::new("counter", name.into(), help.into(), read))
    }

    fn add(self, own: Own) -> Self {
        self.shared.own().push(own);
        self
    }

    /// Adds the numbers of a batcher, in place of those of another one with the same name.
    pub(crate) fn add_batcher(&self, name: String, counts: Arc<BatchCounts>) {
        let mut batchers = self.shared.batchers();
        batchers.retain(|(known, _)| *known != name);
        batchers.push((name, counts));
    }

    /// Returns what is wrong with the metrics of the program.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        own::mistakes(&self.shared.own())
    }

    /// Sets what is counted: requests by their path, of which the first is for those that no route matches. Returns
    /// whether another app has done so before.
    pub(crate) fn count_for(&self, paths: &[String], work: &Arc<RemainingWork>) -> bool {
        let counted = Counted {
            paths: paths.iter().map(|path| Series::new(path)).collect(),
            work: work.clone(),
        };
        self.shared.app.set(counted).is_err()
    }

    /// Begins to count a request.
    pub(crate) fn begin(&self, path: usize, method: &Method) -> Timer {
        Timer::begin(self.shared.clone(), path, method)
    }

    /// Counts a response of the server to bytes that are not a request.
    pub(crate) fn count_unparsed(&self, status: StatusCode) {
        let status = status.as_u16();
        self.shared
            .observe(0, KnownMethod::OTHER, status, Duration::ZERO);
    }

    /// Returns the numbers that a server counts.
    pub(crate) fn server(&self) -> &ServerCounters {
        &self.shared.server
    }

    /// Returns the metrics in version 0.0.4 of Prometheus' text format, for a handler that serves them.
    ///
    /// ```
    /// use fastrs::{Metrics, prelude::*};
    ///
    /// #[dependency(scope = "app")]
    /// async fn metrics() -> Metrics;
    ///
    /// #[get("/internal/metrics", include_in_schema = false)]
    /// async fn scrape(#[depends(metrics)] metrics: &Metrics) -> Response {
    ///     metrics.response()
    /// }
    ///
    /// fn app() -> App {
    ///     let counted = Metrics::new().path(None);
    ///     App::new("Shop", "1.0.0").provide::<metrics>(counted.clone()).metrics(counted).routes(routes![scrape])
    /// }
    ///
    /// # fastrs::__private::block_on(async {
    /// # use fastrs::testing::TestClient;
    /// let client = TestClient::start(app()).await;
    /// assert!(client.get("/internal/metrics").await.text().contains("fastrs_connections 0"));
    /// assert_eq!(client.get("/metrics").await.status(), 404);
    /// # });
    /// ```
    #[must_use]
    pub fn response(&self) -> Response {
        let mut response = Response::new(text::render(&self.shared).into());
        let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
