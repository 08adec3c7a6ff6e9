//! The errors of WebSockets, and the code with which each closes its socket.

use std::{borrow::Cow, error::Error, fmt};

use tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};

use crate::{
    broadcast::Missed,
    error::{AsHttpError, HttpError},
    model::{ErrorDetail, Errors, ValidationError},
    openapi::{Operation, ResponseDoc},
    request::Failure,
    response::{ResponseError, error::as_http_error},
};

/// The maximum length of a reason, in bytes (RFC 6455, 5.5).
const MAX_REASON: usize = 123;

/// The reason for closing a WebSocket, and the code with which its handler closes it: FastAPI's `WebSocketException`.
///
/// Before the upgrade, in a dependency, it is a 403, as in FastAPI.
///
/// ```
/// use fastrs::{WebSocketError, prelude::*};
///
/// #[websocket("/rooms/<room>")]
/// async fn chat(room: String, mut socket: WebSocket) -> Result<(), WebSocketError> {
///     while let Some(message) = socket.recv().await? {
///         if message.text() == Some("/leave") {
///             return Err(WebSocketError::new(4000, format!("you left {room}")));
///         }
///         socket.send(message).await?;
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct WebSocketError(Kind);

#[derive(Debug)]
enum Kind {
    /// Its own code and reason.
    Close(u16, Cow<'static, str>),
    /// There is no connection to send to.
    Closed,
    /// A message is not valid.
    Invalid(ValidationError),
    /// A message cannot be written as JSON.
    Unserializable(serde_json::Error),
}

impl WebSocketError {
    /// Creates an error that closes the socket with a code, such as 1008 or one from 3000 to 4999, and a reason, of
    /// which 123 bytes are sent. A code that must not be sent, such as 1006 or 5000, is logged, and becomes 1011.
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(Kind::Close(code, Cow::Owned(reason.into())))
    }

    /// Returns whether the client has closed the socket or disconnected.
    pub fn is_closed(&self) -> bool {
        matches!(self.0, Kind::Closed)
    }

    /// Returns the errors of a message that is not valid, in FastAPI's format.
    pub fn errors(&self) -> Option<&[ErrorDetail]> {
        match &self.0 {
            Kind::Invalid(invalid) => Some(invalid.errors()),
            _ => None,
        }
    }

    pub(super) fn closed() -> Self {
        Self(Kind::Closed)
    }

    pub(super) fn not_text() -> Self {
        Self(Kind::Close(1003, "JSON must be sent as text".into()))
    }

    pub(super) fn unserializable(error: serde_json::Error) -> Self {
        Self(Kind::Unserializable(error))
    }

    pub(super) fn invalid(details: Vec<ErrorDetail>) -> Self {
        let mut errors = Errors::new();
        for detail in details {
            errors.push(detail);
        }
        Self(Kind::Invalid(ValidationError::new(errors)))
    }

    fn close_frame(&self) -> CloseFrame {
        match &self.0 {
            Kind::Close(code, reason) => close_frame(*code, reason),
            Kind::Closed => close_frame(1000, ""),
            Kind::Invalid(invalid) => {
                let first = invalid.errors().first().map(reason);
                close_frame(1007, &first.unwrap_or_default())
            }
            Kind::Unserializable(_) => close_frame(1011, ""),
        }
    }
}

/// Returns an error as a reason: `tags.0: Input should be a valid string`.
fn reason(error: &ErrorDetail) -> String {
    match error.loc.is_empty() {
        true => error.msg.clone(),
        false => format!("{}: {}", error.path(), error.msg),
    }
}

/// Returns the frame for a code and a reason, which is truncated if it is too long. Codes that must not be sent become
/// 1011 (RFC 6455, 7.4).
pub(super) fn close_frame(code: u16, reason: &str) -> CloseFrame {
    let end = reason.floor_char_boundary(MAX_REASON);
    let code = CloseCode::from(code);
    let is_allowed = code.is_allowed();
    if !is_allowed {
        log_code(code.into());
    }
    CloseFrame {
        code: if is_allowed { code } else { CloseCode::Error },
        reason: reason[..end].into(),
    }
}

#[cold]
fn log_code(code: u16) {
    tracing::error!(
        code,
        "a WebSocket cannot be closed with this code: 1011 is sent instead"
    );
    crate::log::to_stderr(format_args!(
        "ERROR a WebSocket cannot be closed with {code}: 1011 is sent instead; an app's own codes are 3000 to 4999"
    ));
}

/// Returns the code and the reason of a frame that was received. A frame without a code means 1005 (RFC 6455, 7.1.5).
pub(super) fn code_and_reason(frame: Option<CloseFrame>) -> (u16, String) {
    match frame {
        Some(frame) => (frame.code.into(), frame.reason.to_string()),
        None => (1005, String::new()),
    }
}

/// Returns the code and the reason of a client's frame. A code that must not be sent violates the protocol: 1006.
pub(super) fn closed_by(frame: Option<CloseFrame>) -> (u16, String) {
    match frame {
        Some(frame) if !frame.code.is_allowed() || is_replaced(&frame) => (1006, String::new()),
        frame => code_and_reason(frame),
    }
}

/// Returns whether tungstenite has replaced a code that must not be sent.
fn is_replaced(frame: &CloseFrame) -> bool {
    frame.code == CloseCode::Protocol && frame.reason == "Protocol violation"
}

/// Returns the frame that tells the client why the handler failed: the code of a [`WebSocketError`], 1013 if it did not
/// keep up with a broadcast, 1008 with its detail for an error with a 4xx status, and 1011 for all others, whose causes
/// are only logged.
pub(super) fn close_frame_of(failure: &Failure) -> CloseFrame {
    if let Some(error) = failure.downcast_ref::<WebSocketError>() {
        return error.close_frame();
    }
    if let Some(missed) = failure.downcast_ref::<Missed>() {
        // Try again later.
        return close_frame(1013, &missed.to_string());
    }
    let error = failure.to_http_error();
    match error.status().is_client_error() {
        true => close_frame(1008, error.detail().as_str().unwrap_or_default()),
        false => close_frame(1011, ""),
    }
}

impl fmt::Display for WebSocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Close(code, reason) if reason.is_empty() => write!(f, "closed with {code}"),
            Kind::Close(code, reason) => write!(f, "closed with {code}: {reason}"),
            Kind::Closed => f.write_str("the WebSocket is closed"),
            Kind::Invalid(invalid) => write!(f, "invalid message: {invalid}"),
            Kind::Unserializable(error) => {
                write!(f, "a message cannot be serialized to JSON: {error}")
            }
        }
    }
}

/// Allows `?` to convert the error into an [`HttpError`] that keeps its status.
impl Error for WebSocketError {
    #[allow(deprecated)]
    fn cause(&self) -> Option<&dyn Error> {
        static CONVERT: AsHttpError = as_http_error::<WebSocketError>();
        Some(&CONVERT)
    }
}

/// The response before the upgrade.
#[diagnostic::do_not_recommend]
impl ResponseError for WebSocketError {
    fn describe(op: &mut Operation<'_>) {
        op.response(403, ResponseDoc::error());
    }

    fn to_http_error(&self) -> HttpError {
        match &self.0 {
            Kind::Close(_, reason) if !reason.is_empty() => HttpError::new(403, reason.as_ref()),
            Kind::Close(..) | Kind::Closed => HttpError::from_status(403),
            Kind::Invalid(invalid) => invalid.to_http_error(),
            Kind::Unserializable(error) => HttpError::from_status(500).cause(error.to_string()),
        }
    }
}
