//! The application: its routes, its health checks and its metrics.

use fastrs::{Health, Metrics, prelude::*};

use crate::model::metrics;
use crate::routes;

/// Returns the application.
pub fn app() -> App {
    let counted = Metrics::new();
    App::new("Penguins", "1.0.0")
        .description(
            "The species of penguins, from their measurements.\n\n\
             Measurements that no penguin has are a 422. If the model has too much to do, requests are a 503.",
        )
        .include(routes::router())
        .provide::<metrics>(counted.clone())
        .metrics(counted)
        // The model is loaded and warm before the port opens, so whoever can ask is told that the app is ready.
        .health(Health::new())
}
