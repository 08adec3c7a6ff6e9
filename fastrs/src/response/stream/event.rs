//! Server-sent events, as they are written.

use std::{fmt, time::Duration};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::super::json;
use crate::error::Result;

/// An event of an [`Sse`](super::Sse) response, with the fields that the [HTML
/// standard](https://html.spec.whatwg.org/multipage/server-sent-events.html) defines: FastAPI's `ServerSentEvent`.
///
/// ```
/// use fastrs::ServerSentEvent;
/// # use std::time::Duration;
///
/// let event = ServerSentEvent::new(7).id(1).event("count").retry(Duration::from_secs(5));
/// # let _ = event;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "an event is only sent by `send` or as an item of a stream"]
pub struct ServerSentEvent<T = Value> {
    data: Option<Data<T>>,
    event: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
    comment: Option<String>,
}

/// The maximum of `setTimeout`, in milliseconds.
const MAX_RETRY: u128 = i32::MAX as u128;

#[derive(Debug, Clone, PartialEq)]
enum Data<T> {
    Json(T),
    Text(String),
}

impl<T> ServerSentEvent<T> {
    /// Creates an event whose data is this value as JSON. A string therefore gets quotes.
    pub fn new(data: T) -> Self {
        Self {
            data: Some(Data::Json(data)),
            ..Self::empty()
        }
    }

    /// Creates an event whose data is this text, unchanged. It may have several lines.
    pub fn raw(data: impl Into<String>) -> Self {
        Self {
            data: Some(Data::Text(data.into())),
            ..Self::empty()
        }
    }

    /// Creates an event without data, for a comment or a `retry`.
    pub const fn empty() -> Self {
        Self {
            data: None,
            event: None,
            id: None,
            retry: None,
            comment: None,
        }
    }

    /// Sets the type of the event: browsers pass it to the listeners for this name.
    ///
    /// A line break in it is an error when the event is sent.
    pub fn event(mut self, event: impl Into<String>) -> Self {
        self.event = Some(event.into());
        self
    }

    /// Sets the id, text or a number. A client that reconnects sends the last one it received as `Last-Event-ID`.
    ///
    /// A line break or a null character in it is an error when the event is sent.
    pub fn id(mut self, id: impl fmt::Display) -> Self {
        self.id = Some(id.to_string());
        self
    }

    /// Sets how long the client waits before it reconnects, in whole milliseconds, up to 2³¹ - 1 (24 days): with
    /// more, browsers' timers fire at once. With less than a millisecond, the client does not wait.
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(after);
        self
    }

    /// Sets a comment, which clients ignore.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

impl<T: Serialize> ServerSentEvent<T> {
    /// Returns the event as it is sent.
    pub(super) fn encode(&self) -> Result<Bytes> {
        let mut text = Vec::new();
        if let Some(comment) = &self.comment {
            lines(&mut text, "", comment);
        }
        if let Some(event) = &self.event {
            line(&mut text, "event", single("event", event, &['\n', '\r'])?);
        }
        match &self.data {
            Some(Data::Json(value)) => {
                text.extend_from_slice(b"data: ");
                // JSON has no line breaks outside of its strings, and escapes those inside.
                json::encode(value, &mut text)?;
                text.push(b'\n');
            }
            Some(Data::Text(data)) => lines(&mut text, "data", data),
            None => {}
        }
        if let Some(id) = &self.id {
            line(&mut text, "id", single("id", id, &['\n', '\r', '\0'])?);
        }
        if let Some(retry) = self.retry {
            let millis = retry.as_millis().min(MAX_RETRY);
            line(&mut text, "retry", &millis.to_string());
        }
        text.push(b'\n');
        Ok(text.into())
    }
}

/// Writes a field that may have several lines.
fn lines(into: &mut Vec<u8>, field: &str, value: &str) {
    let value = value.replace("\r\n", "\n");
    for part in value.split(['\n', '\r']) {
        line(into, field, part);
    }
}

fn line(into: &mut Vec<u8>, field: &str, value: &str) {
    for part in [field, ": ", value, "\n"] {
        into.extend_from_slice(part.as_bytes());
    }
}

/// Returns the value of a field, unless it contains a character with which it could forge other fields.
fn single<'v>(field: &str, value: &'v str, without: &[char]) -> Result<&'v str> {
    match value.contains(without) {
        true => Err(format!("the `{field}` {value:?} of a server-sent event is not valid").into()),
        false => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<T: Serialize>(event: ServerSentEvent<T>) -> String {
        String::from_utf8(event.encode().unwrap().to_vec()).unwrap()
    }

    /// As FastAPI's `format_sse_event` writes them.
    #[test]
    fn events_are_written_as_fastapi_writes_them() {
        assert_eq!(text(ServerSentEvent::new("a\nb")), "data: \"a\\nb\"\n\n");
        assert_eq!(
            text(ServerSentEvent::<()>::raw("a\nb\r\nc\r\r")),
            "data: a\ndata: b\ndata: c\ndata: \ndata: \n\n"
        );
        assert_eq!(text(ServerSentEvent::<()>::raw("")), "data: \n\n");
        assert_eq!(text(ServerSentEvent::<()>::empty()), "\n");
        assert_eq!(
            text(ServerSentEvent::<()>::empty().comment("hi\nthere")),
            ": hi\n: there\n\n"
        );
        let whole = ServerSentEvent::new(1)
            .retry(Duration::from_secs(5))
            .id("7")
            .event("count")
            .comment("first");
        assert_eq!(
            text(whole),
            ": first\nevent: count\ndata: 1\nid: 7\nretry: 5000\n\n"
        );
    }

    #[test]
    fn a_field_cannot_forge_another() {
        for event in [
            ServerSentEvent::new(1).event("a\nid: 2"),
            ServerSentEvent::new(1).event("a\r"),
            ServerSentEvent::new(1).id("a\nb"),
            ServerSentEvent::new(1).id("a\0"),
        ] {
            let error = event.encode().unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("of a server-sent event is not valid"),
                "{error}"
            );
        }
    }
}
