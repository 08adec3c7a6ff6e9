//! Messages: text, bytes, or JSON of a type.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};
use tungstenite::{Message as Raw, Utf8Bytes};

use super::WebSocketError;
use crate::{
    extract::{Location, NoValue, ParamSpec, read_json},
    model::{ErrorDetail, Model, ValidationError},
    openapi::Operation,
    request::{AppState, Context, Request},
};

/// A message of a [`WebSocket`](super::WebSocket): text or bytes.
///
/// ```
/// use fastrs::Message;
///
/// let message = Message::from("hello");
/// assert_eq!(message.text(), Some("hello"));
/// assert_eq!(message.bytes(), b"hello");
/// assert!(Message::from(vec![1, 2]).text().is_none());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Message(Content);

#[derive(Clone, PartialEq, Eq)]
enum Content {
    Text(Utf8Bytes),
    Binary(Bytes),
}

impl Message {
    /// Returns the text, or `None` if the message was sent as bytes.
    pub fn text(&self) -> Option<&str> {
        match &self.0 {
            Content::Text(text) => Some(text),
            Content::Binary(_) => None,
        }
    }

    /// Returns the contents of the message, whether it was sent as text or as bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Content::Text(text) => text.as_bytes(),
            Content::Binary(bytes) => bytes,
        }
    }

    /// Returns the contents of the message, whether it was sent as text or as bytes, without a copy.
    pub fn into_bytes(self) -> Bytes {
        match self.0 {
            Content::Text(text) => text.into(),
            Content::Binary(bytes) => bytes,
        }
    }

    /// Converts a message that was received; `None` for anything but data.
    pub(super) fn received(raw: Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) => Some(Self(Content::Text(text))),
            Raw::Binary(bytes) => Some(Self(Content::Binary(bytes))),
            _ => None,
        }
    }

    pub(super) fn into_raw(self) -> Raw {
        match self.0 {
            Content::Text(text) => Raw::Text(text),
            Content::Binary(bytes) => Raw::Binary(bytes),
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self(Content::Text(text.into()))
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self(Content::Text(text.into()))
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Content::Binary(bytes.into()))
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self(Content::Binary(bytes))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Text(text) => f.debug_tuple("Text").field(&text.as_str()).finish(),
            Content::Binary(bytes) => f.debug_tuple("Binary").field(bytes).finish(),
        }
    }
}

/// What a [`WebSocket`](super::WebSocket) can receive: a [`Message`], or JSON as a model.
#[diagnostic::on_unimplemented(
    message = "a `WebSocket` cannot receive `{Self}`",
    label = "not a model",
    note = "put `#[model]` on `{Self}`, or take a `WebSocket` without types, which receives text and bytes"
)]
pub trait FromMessage: Sized + Send {
    #[doc(hidden)]
    fn schema(op: &mut Operation<'_>) -> Option<Schema>;

    #[doc(hidden)]
    fn from_message(message: Message, spec: &ParamSpec) -> Result<Self, WebSocketError>;
}

/// What a [`WebSocket`](super::WebSocket) can send: a [`Message`], or a model as JSON.
#[diagnostic::on_unimplemented(
    message = "a `WebSocket` cannot send `{Self}`",
    label = "not a model",
    note = "put `#[model]` on `{Self}`, or take a `WebSocket` without types, which sends text and bytes"
)]
pub trait ToMessage {
    #[doc(hidden)]
    fn schema(op: &mut Operation<'_>) -> Option<Schema>;

    #[doc(hidden)]
    fn to_message(&self) -> Result<Message, WebSocketError>;
}

/// What [`send`](super::WebSocket::send) takes: a reference to an `Out`, or anything that becomes a [`Message`].
#[diagnostic::on_unimplemented(
    message = "this `WebSocket` sends a `&{Out}`, not a `{Self}`",
    label = "neither a `&{Out}` nor anything that becomes one",
    note = "a `WebSocket<In, Out>` sends an `Out` by reference, `socket.send(&answer)`, and a `WebSocket` without types sends text and bytes"
)]
pub trait SentAs<Out> {
    #[doc(hidden)]
    fn encode(self, encode: Encode<Out>) -> Result<Message, WebSocketError>;
}

/// Writes a message as text or bytes.
pub(super) type Encode<Out> = fn(&Out) -> Result<Message, WebSocketError>;

/// Reads a message.
type Decode<In> = fn(Message, &ParamSpec) -> Result<In, WebSocketError>;

#[diagnostic::do_not_recommend]
impl<Out> SentAs<Out> for &Out {
    fn encode(self, encode: Encode<Out>) -> Result<Message, WebSocketError> {
        encode(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Into<Message>> SentAs<Message> for M {
    fn encode(self, _: Encode<Message>) -> Result<Message, WebSocketError> {
        Ok(self.into())
    }
}

impl FromMessage for Message {
    fn schema(_: &mut Operation<'_>) -> Option<Schema> {
        None
    }

    fn from_message(message: Message, _: &ParamSpec) -> Result<Self, WebSocketError> {
        Ok(message)
    }
}

impl ToMessage for Message {
    fn schema(_: &mut Operation<'_>) -> Option<Schema> {
        None
    }

    fn to_message(&self) -> Result<Message, WebSocketError> {
        Ok(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model + DeserializeOwned + JsonSchema + Send + 'static> FromMessage for T {
    fn schema(op: &mut Operation<'_>) -> Option<Schema> {
        Some(op.input_schema::<T>())
    }

    fn from_message(message: Message, spec: &ParamSpec) -> Result<Self, WebSocketError> {
        let mut value = None;
        let mut read = |cx: &mut Context<'_>| read_json(&mut value, spec, cx, T::validate);
        read_text(message, &mut read)?;
        value.ok_or_else(|| WebSocketError::invalid(Vec::new()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model + Serialize + JsonSchema + 'static> ToMessage for T {
    fn schema(op: &mut Operation<'_>) -> Option<Schema> {
        Some(op.output_schema::<T>())
    }

    fn to_message(&self) -> Result<Message, WebSocketError> {
        match serde_json::to_string(self) {
            Ok(json) => Ok(json.into()),
            Err(error) => Err(WebSocketError::unserializable(error)),
        }
    }
}

/// Reads a message as the body of a request is read, so that the errors are the same.
fn read_text(
    message: Message,
    read: &mut dyn FnMut(&mut Context<'_>) -> Result<(), NoValue>,
) -> Result<(), WebSocketError> {
    static STATE: OnceLock<Arc<AppState>> = OnceLock::new();
    static REQUEST: OnceLock<Request> = OnceLock::new();
    if message.text().is_none() {
        return Err(WebSocketError::not_text());
    }
    let request = REQUEST.get_or_init(Request::of_json);
    let bytes = message.into_bytes();
    let mut cx = Context::of_message(request, STATE.get_or_init(Arc::default), &bytes);
    read(&mut cx).map_err(|no_value| WebSocketError::invalid(errors(no_value, &mut cx)))
}

/// Returns the errors of a message, whose locations do not begin with `body`.
#[cold]
fn errors(no_value: NoValue, cx: &mut Context<'_>) -> Vec<ErrorDetail> {
    let mut errors = match no_value {
        NoValue::Invalid => cx.problems().take().into_vec(),
        NoValue::Missing => cx.take_blank().unwrap_or_default(),
        NoValue::Failed(failure) => failure
            .downcast_ref()
            .map_or(Vec::new(), |invalid: &ValidationError| {
                invalid.errors().to_vec()
            }),
    };
    for error in &mut errors {
        error.loc.remove(0);
    }
    errors
}

/// Reads messages as `In`.
pub(super) struct Reader<In> {
    decode: Decode<In>,
    /// Keeps the compiled schema of `In` after the first invalid message.
    spec: Option<Box<ParamSpec>>,
}

impl<In> Reader<In> {
    pub(super) fn new() -> Self
    where
        In: FromMessage,
    {
        Self {
            decode: In::from_message,
            spec: None,
        }
    }

    pub(super) fn read(&mut self, message: Message) -> Result<In, WebSocketError> {
        let new = || Box::new(ParamSpec::new("message", Location::Body));
        (self.decode)(message, self.spec.get_or_insert_with(new))
    }
}
