//! Sends the spans of an app to an OpenTelemetry collector, and continues traces across services:
//! `cargo run -p otlp`, with a collector at `OTEL_EXPORTER_OTLP_ENDPOINT`, by default `http://localhost:4318`.

mod app;
mod telemetry;
#[cfg(test)]
mod tests;

use fastrs::BoxError;
use tracing::subscriber::set_global_default;

#[fastrs::main]
async fn main() -> Result<(), BoxError> {
    let provider = telemetry::provider(None)?;
    set_global_default(telemetry::subscriber(&provider))?;
    let served = app::app("http://localhost:8000").launch().await;
    // Sends the last spans.
    provider.shutdown()?;
    Ok(served?)
}
