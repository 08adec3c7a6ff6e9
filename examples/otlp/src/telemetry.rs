//! Where spans are sent, and how a trace continues from one service to the next.

use fastrs::Headers;
use opentelemetry::{propagation::TextMapPropagator as _, trace::TracerProvider as _};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{filter::LevelFilter, fmt, layer::SubscriberExt as _};

/// Sends spans to a collector. Without an endpoint, the environment variable `OTEL_EXPORTER_OTLP_ENDPOINT` applies.
pub fn provider(endpoint: Option<&str>) -> Result<SdkTracerProvider, ExporterBuildError> {
    let mut exporter = SpanExporter::builder().with_http();
    if let Some(endpoint) = endpoint {
        exporter = exporter.with_endpoint(endpoint);
    }
    let resource = Resource::builder().with_service_name("shop").build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter.build()?)
        .with_resource(resource)
        .build())
}

/// Passes spans to OpenTelemetry, and writes events to standard output.
pub fn subscriber(provider: &SdkTracerProvider) -> impl Subscriber + Send + Sync + use<> {
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("fastrs"));
    tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(spans)
        .with(fmt::layer())
}

/// Makes the span of a request a child of the client's span.
pub fn continue_trace(span: &Span, headers: &Headers) {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // It fails if the span is not sampled, and then has no parent.
    span.set_parent(parent).ok();
}

/// Returns the headers for a request to another service.
pub fn outgoing() -> Headers {
    let mut headers = Headers::new();
    let current = Span::current().context();
    TraceContextPropagator::new().inject_context(&current, &mut HeaderInjector(&mut headers));
    headers
}
