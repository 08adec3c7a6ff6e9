//! Server-sent events as a client receives them.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{TestStream, json::from_json};
use crate::error::Result;

/// The events of a response, as a browser's `EventSource` reads them.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[get("/prices")]
/// async fn prices() -> Sse<f64> {
///     Sse::generate(|out| async move {
///         out.send(ServerSentEvent::new(9.5).event("price").id("1")).await
///     })
/// }
///
/// #[fastrs::main]
/// async fn main() {
///     let client = TestClient::start(App::new("Prices", "1.0.0").routes(routes![prices])).await;
///     let mut events = client.get("/prices").sse().await;
///     let event = events.next().await.unwrap();
///     assert_eq!((event.event.as_deref(), event.json::<f64>()), (Some("price"), 9.5));
///     assert_eq!(events.next().await, None);
/// }
/// ```
#[derive(Debug)]
pub struct TestEvents(TestStream);

/// A server-sent event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestEvent {
    /// The type; for browsers, the default is `message`.
    pub event: Option<String>,
    /// The data, its lines joined by line breaks.
    pub data: String,
    /// The id.
    pub id: Option<String>,
    /// How long to wait before reconnecting.
    pub retry: Option<Duration>,
}

impl TestEvents {
    pub(super) async fn of(mut stream: TestStream) -> Self {
        let content_type = stream.header("content-type").unwrap_or_default();
        if !content_type.starts_with("text/event-stream") {
            let (status, content_type) = (stream.status(), content_type.to_owned());
            let body = stream.chunk().await.unwrap_or_default();
            panic!(
                "the response is {content_type:?}, not `text/event-stream`\n{status}\n{}",
                String::from_utf8_lossy(&body)
            );
        }
        Self(stream)
    }

    /// Returns the response, for its status and headers.
    #[must_use]
    pub fn response(&self) -> &TestStream {
        &self.0
    }

    /// Waits for the next event; `None` means the end. Comments, such as heartbeats, are skipped.
    ///
    /// # Panics
    ///
    /// Panics if the response ends early.
    pub async fn next(&mut self) -> Option<TestEvent> {
        match self.try_next().await {
            Ok(event) => event,
            Err(error) => self.0.ended_early(&error),
        }
    }

    /// Waits for the next event, or for the end.
    ///
    /// # Errors
    ///
    /// Fails if the response ends early, even in the middle of an event.
    pub async fn try_next(&mut self) -> Result<Option<TestEvent>> {
        let mut event = TestEvent::default();
        let mut lines = Vec::new();
        loop {
            let Some(line) = self.0.try_line().await? else {
                return Ok(None);
            };
            if line.is_empty() {
                event.data = lines.join("\n");
                if event != TestEvent::default() || !lines.is_empty() {
                    return Ok(Some(event));
                }
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            match field {
                "event" => event.event = Some(value),
                "data" => lines.push(value),
                "id" => event.id = Some(value),
                "retry" => event.retry = value.parse().ok().map(Duration::from_millis),
                _ => {}
            }
        }
    }
}

impl TestEvent {
    /// Deserializes the data from JSON.
    ///
    /// # Panics
    ///
    /// Panics if the data is not JSON of this type.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        from_json(&self.data, "the data")
    }
}
