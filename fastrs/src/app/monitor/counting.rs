//! Counting requests (feature `metrics`).

use http::{Method, Uri};

use super::counted::{Counted, MountedApp};
use crate::{
    app::{App, AppService, check::Checks, dispatch::Dispatcher},
    metrics::{Metrics, Timer},
    request::CanonicalPath,
    routing::{FlatMount, Row},
};

impl App {
    /// Counts requests, and serves the numbers for Prometheus at `/metrics`.
    ///
    /// ```
    /// use fastrs::{Metrics, prelude::*};
    ///
    /// let app = App::new("Shop", "1.0.0").metrics(Metrics::new());
    /// # drop(app);
    /// ```
    ///
    /// Like the [health](Self::health) of the app, its metrics are behind no layer, middleware or guard, and not in the
    /// document. To restrict who may read them, set [`Metrics::path`] to `None` and return them from a handler of your
    /// own, or reject the path in the proxy.
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.monitored.metrics = Some(metrics);
        self
    }

    /// Returns what requests are counted for, and begins to count if the app does.
    pub(in crate::app) fn counted(
        &mut self,
        rows: &[Row],
        mounts: &[FlatMount],
        checks: &mut Checks,
    ) -> Counted {
        let mounts = mounts.iter().map(|mount| {
            let app = mount.mount.downcast::<AppService>();
            let app = app.map(|app| {
                let inner = app.dispatcher.clone();
                MountedApp {
                    paths: inner.counted.paths.clone(),
                    path_of: Box::new(move |method, uri| inner.counted_path(method, uri)),
                }
            });
            (mount.path.clone(), app)
        });
        let mut counted = Counted::new(rows, mounts.collect());
        if let Some(metrics) = self.monitored.metrics.take() {
            checks.errors.extend(metrics.mistakes());
            if metrics.count_for(&counted.paths, &self.state.work) {
                let mistake =
                    "the metrics already belong to another app: create a `Metrics` for each app";
                checks.errors.push(mistake.to_owned());
            }
            counted.metrics = Some(metrics);
        }
        counted
    }
}

impl Dispatcher {
    /// Returns the number of the path that a request is counted for.
    fn counted_path(&self, method: &Method, uri: &Uri) -> usize {
        let path = CanonicalPath::of(uri);
        let target = self.target_of(method, path.as_str(uri));
        target.map_or(0, |target| self.counted.number(target, method, uri))
    }
}

impl AppService {
    /// Begins to count a request, if the app counts requests.
    #[inline]
    pub(in crate::app) fn count_request(&self, method: &Method, uri: &Uri) -> Option<Timer> {
        let metrics = self.dispatcher.counted.metrics.as_ref();
        metrics.map(|metrics| self.count(metrics, method, uri))
    }

    #[inline(never)]
    fn count(&self, metrics: &Metrics, method: &Method, uri: &Uri) -> Timer {
        let without = self.without_root_path(uri);
        let uri = without.as_ref().unwrap_or(uri);
        metrics.begin(self.dispatcher.counted_path(method, uri), method)
    }
}
