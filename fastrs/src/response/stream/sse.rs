//! Server-sent events.

use std::{fmt, future::Future, marker::PhantomData, time::Duration};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    super::{IntoResponse, ResponseParts, ResponseResult},
    AsJson, IntoEvent, IntoStream, Sender, ServerSentEvent, Streamed,
    flow::{Flow, Heartbeat},
    sender::{Sending, encoded, generate},
};
use crate::{
    body::{Body, Response},
    error::Result,
    model::Model,
    openapi::{Operation, ResponseDoc},
    request::limit_interval,
    schema::TypeSchema,
};

/// How long a stream is silent before a comment shows proxies and the client that the connection is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream of server-sent events, which browsers read with `EventSource`: FastAPI's `EventSourceResponse`.
///
/// The data of each event is a `T` as JSON. [`ServerSentEvent`](super::ServerSentEvent) adds a type and an id, or has
/// data that is not JSON.
///
/// ```
/// use fastrs::{ServerSentEvent, Sse, prelude::*};
///
/// #[get("/count")]
/// async fn count(#[header] last_event_id: Option<u32>) -> Sse<u32> {
///     let first = last_event_id.map_or(0, |last| last + 1);
///     Sse::generate(move |out| async move {
///         for i in first..3 {
///             out.send(ServerSentEvent::new(i).id(i.to_string())).await?;
///         }
///         Ok(())
///     })
/// }
/// ```
///
/// A comment is sent every 15 seconds while there is no event. When the client disconnects, the block is dropped at its
/// current `await`; when the server shuts down, the stream ends after its current event, and the client reconnects
/// elsewhere. An error or a panic aborts the connection.
#[must_use = "a stream is only sent if it is returned"]
pub struct Sse<T = Value> {
    flow: Flow,
    heartbeat: Duration,
    events: PhantomData<fn(T)>,
}

impl<T: 'static> Sse<T> {
    /// Sends the events of a stream of `T`, of [`ServerSentEvent<T>`](super::ServerSentEvent), or of `Result`s of them.
    pub fn new<S, M>(stream: S) -> Self
    where
        S: IntoStream + Send + 'static,
        S::Item: IntoEvent<T, M>,
        T: AsJson,
    {
        Self::of(Flow::new(encoded(
            stream.into_stream(),
            |event: S::Item| event.into_event()?.encode(),
        )))
    }

    /// Sends the events that an async block produces. The block runs only while the client can take more.
    pub fn generate<F>(block: impl FnOnce(Sender<Self>) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
        T: AsJson,
    {
        Self::of(Flow::new(generate::<Self, _>(
            ServerSentEvent::encode,
            block,
        )))
    }

    fn of(mut flow: Flow) -> Self {
        flow.ends_at_shutdown = true;
        Self {
            flow,
            heartbeat: HEARTBEAT,
            events: PhantomData,
        }
    }

    /// Sets how long the stream is silent before a comment is sent. The default is 15 seconds. An interval below 10 ms
    /// acts like 10 ms, and one above a day like a day.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.heartbeat = limit_interval(interval);
        self
    }
}

impl<T> Streamed for Sse<T> {
    type Encode = fn(&ServerSentEvent<T>) -> Result<Bytes>;
}

impl<T> Sender<Sse<T>> {
    /// Sends an event, or a `T` as the data of one, once the previous event is on its way.
    ///
    /// # Errors
    ///
    /// Fails if the event cannot be written, or if the client has disconnected.
    pub fn send<M>(&self, event: impl IntoEvent<T, M>) -> Sending<'_> {
        self.pass(event.into_event().and_then(|event| (self.encode)(&event)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema> IntoResponse for Sse<T> {
    fn describe(op: &mut Operation<'_>) {
        let mut data = op.output_of(TypeSchema::of::<T>());
        T::describe_keys(&mut data);
        op.response(op.status(), ResponseDoc::events(data));
    }

    fn into_response(mut self) -> ResponseResult {
        self.flow.heartbeat = Some(Heartbeat::new(self.heartbeat, b": ping\n\n"));
        let mut response = Response::new(Body::deferred(self.flow));
        let headers = response.headers_mut();
        for (name, value) in [
            (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
            (CACHE_CONTROL, "no-cache"),
            // Otherwise, nginx buffers the events before it passes them on.
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Ok(ResponseParts::new(response))
    }
}

impl<T> fmt::Debug for Sse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse")
            .field("heartbeat", &self.heartbeat)
            .finish_non_exhaustive()
    }
}
