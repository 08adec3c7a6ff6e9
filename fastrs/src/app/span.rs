//! The span of a request, as the app changes it.

use http::HeaderMap;
use tracing::Span;

use super::App;

impl App {
    /// Calls a function with the span of each request, before anything runs inside it, and with the headers of the
    /// request: so a tracer can continue the trace that a client has begun. If the app is mounted in another one, only
    /// the function of the outer app is called.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").on_span(|span, headers| {
    ///     let tenant = headers.get("x-tenant").and_then(|value| value.to_str().ok());
    ///     span.in_scope(|| tracing::info!(tenant, "a request begins"));
    /// });
    /// # drop(app);
    /// ```
    ///
    /// The chapter on tracing shows it with OpenTelemetry.
    pub fn on_span(mut self, hook: impl Fn(&Span, &HeaderMap) + Send + Sync + 'static) -> Self {
        self.state.span_hook = Some(Box::new(hook));
        self
    }
}
