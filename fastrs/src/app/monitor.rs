//! The paths at which an app is monitored. No layer, no guard and no dependency is before them.

#[cfg(feature = "metrics")]
pub(super) mod counted;
#[cfg(feature = "metrics")]
mod counting;

use std::sync::Arc;

use http::request::Parts;

use super::{App, Health, check::Checks, health::Readiness};
#[cfg(feature = "metrics")]
use crate::metrics::Metrics;
use crate::{
    body::Response,
    request::{AppState, BoxFuture, RemainingWork, RequestFuture},
    serve::{DispatchedRequest, OnDisconnect},
};

/// A path at which an app is monitored.
pub(super) struct Monitor {
    pub(super) path: String,
    /// What is served there, for error messages.
    pub(super) description: &'static str,
    /// Whether its requests are in the access log.
    pub(super) is_logged: bool,
    probe: Probe,
}

enum Probe {
    Liveness,
    Readiness(Arc<Readiness>),
    #[cfg(feature = "metrics")]
    Metrics(Metrics),
}

impl App {
    /// Serves the health of the app, for the supervisor and the load balancer: `/healthz` and `/readyz`.
    ///
    /// ```
    /// use fastrs::{Health, prelude::*};
    ///
    /// let app = App::new("Shop", "1.0.0").health(Health::new().access_log(false));
    /// # drop(app);
    /// ```
    ///
    /// Set it on the app that is served: a mounted app's health is behind the layers of the outer app.
    pub fn health(mut self, health: Health) -> Self {
        self.monitored.health = Some(health);
        self
    }

    /// Returns the paths at which the app is monitored, and plans what their responses need.
    pub(super) fn monitors(&mut self, checks: &mut Checks) -> Vec<Monitor> {
        let mut monitors = Vec::new();
        if let Some(health) = &self.monitored.health {
            checks.errors.extend(health.mistakes());
            checks.url("liveness_path", &health.liveness_path);
            checks.url("readiness_path", &health.readiness_path);
            for (check, dependencies) in health.plans() {
                self.plan.add(check, dependencies);
            }
            let readiness = Probe::Readiness(Arc::new(Readiness::new(health)));
            for (path, probe) in [
                (&health.liveness_path, Probe::Liveness),
                (&health.readiness_path, readiness),
            ] {
                monitors.push(Monitor {
                    path: path.clone(),
                    description: "the app's health",
                    is_logged: health.is_logged,
                    probe,
                });
            }
        }
        #[cfg(feature = "metrics")]
        if let Some(metrics) = &self.monitored.metrics
            && let Some(path) = &metrics.path
        {
            checks.url("Metrics::path", path);
            monitors.push(Monitor {
                path: path.clone(),
                description: "the app's metrics",
                is_logged: metrics.is_logged,
                probe: Probe::Metrics(metrics.clone()),
            });
        }
        monitors
    }
}

impl Monitor {
    /// Responds to a request.
    pub(super) fn respond(&self, state: &Arc<AppState>, parts: &Parts) -> DispatchedRequest {
        let future: BoxFuture<'static, Response> = match &self.probe {
            Probe::Liveness => return DispatchedRequest::ready(super::health::live()),
            Probe::Readiness(readiness) => {
                let served = parts.extensions.get::<Arc<RemainingWork>>();
                let served = served.unwrap_or(&state.work).clone();
                let (readiness, state) = (readiness.clone(), state.clone());
                Box::pin(async move { readiness.respond(&state, &served).await })
            }
            #[cfg(feature = "metrics")]
            Probe::Metrics(metrics) => {
                let metrics = metrics.clone();
                Box::pin(async move { metrics.response() })
            }
        };
        DispatchedRequest {
            future: RequestFuture::without_exits(future),
            on_disconnect: OnDisconnect::Finish,
        }
    }
}
