//! The paths at which an app is monitored. No layer, no guard and no dependency is before them.

use std::sync::Arc;

use http::request::Parts;

use super::{App, check::Checks, health::Readiness};
use crate::{
    body::Response,
    request::{AppState, BoxFuture, RemainingWork, RequestFuture},
    serve::{DispatchedRequest, OnDisconnect},
};

/// A path at which an app is monitored.
pub(super) struct Monitor {
    pub(super) path: String,
    /// Whether its requests are in the access log.
    pub(super) is_logged: bool,
    probe: Probe,
}

enum Probe {
    Liveness,
    Readiness(Arc<Readiness>),
}

impl App {
    /// Returns the paths at which the app is monitored, and plans what their responses need.
    pub(super) fn monitors(&mut self, checks: &mut Checks) -> Vec<Monitor> {
        let Some(health) = &self.health else {
            return Vec::new();
        };
        checks.errors.extend(health.mistakes());
        checks.url("liveness_path", &health.liveness_path);
        checks.url("readiness_path", &health.readiness_path);
        for (check, dependencies) in health.plans() {
            self.plan.add(check, dependencies);
        }
        let monitor = |path: &str, probe| Monitor {
            path: path.to_owned(),
            is_logged: health.is_logged,
            probe,
        };
        let readiness = Probe::Readiness(Arc::new(Readiness::new(health)));
        vec![
            monitor(&health.liveness_path, Probe::Liveness),
            monitor(&health.readiness_path, readiness),
        ]
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
        };
        DispatchedRequest {
            future: RequestFuture::without_exits(future),
            on_disconnect: OnDisconnect::Finish,
        }
    }
}
