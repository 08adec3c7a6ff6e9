//! WebSockets: handlers that send and receive messages over a connection.
//!
//! A handler is an endpoint like any other until its arguments and dependencies are ready. Then its future releases the
//! response that switches protocols, takes over the connection, and runs the function. The first exit of the request,
//! which therefore runs last, closes the socket, with a code that depends on the outcome.

mod client;
mod connection;
mod error;
mod exit;
mod frames;
mod handshake;
mod io;
mod keeper;
mod message;
mod run;
mod shared;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll, ready},
};

use futures_core::Stream;

pub use error::WebSocketError;
pub use message::{FromMessage, Message, SentAs, ToMessage};
pub use run::run;

pub(crate) use client::{ClientSocket, ServerClosed};
pub(crate) use io::InProcess;

use self::{
    error::close_frame,
    exit::CloseExit,
    message::{Encode, Reader},
    shared::Shared,
};
use crate::{
    extract::{Arg, BodyKind, FromRequest, ParamSpec},
    openapi::Operation,
    request::Context,
};

/// A WebSocket, as the handler of a [`websocket`](macro@crate::websocket) route receives it.
///
/// `WebSocket` sends and receives text and bytes. `WebSocket<In, Out>` sends and receives JSON: each message that it
/// receives is read and validated like the body of a request.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[model]
/// struct Question {
///     #[field(min_length = 1)]
///     text: String,
/// }
///
/// #[model]
/// struct Answer {
///     length: usize,
/// }
///
/// #[websocket("/questions")]
/// async fn questions(mut socket: WebSocket<Question, Answer>) -> Result<()> {
///     while let Some(question) = socket.recv().await? {
///         socket.send(&Answer { length: question.text.len() }).await?;
///     }
///     Ok(())
/// }
///
/// # fastrs::block_on(async {
/// let client = TestClient::start(App::new("Quiz", "1.0.0").routes(routes![questions])).await;
/// let mut socket = client.websocket("/questions").await;
/// socket.send_json(&json!({ "text": "Why?" })).await;
/// assert_eq!(socket.recv_json::<Value>().await, json!({ "length": 4 }));
/// socket.send_json(&json!({ "text": "" })).await;
/// assert_eq!(socket.closed().await.code, 1007);
/// # });
/// # use fastrs::Value;
/// ```
pub struct WebSocket<In = Message, Out = Message> {
    receiver: WebSocketReceiver<In>,
    sender: WebSocketSender<Out>,
}

/// The receiving half of a [`WebSocket`].
pub struct WebSocketReceiver<In = Message> {
    shared: Arc<Shared>,
    reader: Reader<In>,
}

/// The sending half of a [`WebSocket`].
pub struct WebSocketSender<Out = Message> {
    shared: Arc<Shared>,
    encode: Encode<Out>,
}

// Only the argument of a handler requires models, so that a type that is not a model causes only one error.
impl<In, Out> WebSocket<In, Out> {
    /// Receives the next message, or `None` once the client has closed the socket or the connection is lost.
    ///
    /// If the future is dropped before it completes, no message is lost: it can be a branch of `tokio::select!`.
    ///
    /// # Errors
    ///
    /// Fails for a message that is not JSON, or that is not valid. A handler that passes the error on closes the socket
    /// with 1007 and the first error as the reason; any other handler can continue to receive.
    pub async fn recv(&mut self) -> Result<Option<In>, WebSocketError> {
        self.receiver.recv().await
    }

    /// Sends a message, and waits until the operating system has accepted it. So a client that does not keep up slows
    /// the handler down, instead of filling the server's memory.
    ///
    /// # Errors
    ///
    /// Fails if the socket is closed or the connection is lost. A handler that passes the error on simply ends.
    pub fn send(&mut self, message: impl SentAs<Out>) -> WebSocketSending<'_> {
        self.sender.send(message)
    }

    /// Splits the socket into two halves, for two tasks or two branches of `tokio::join!`.
    ///
    /// The socket is closed when the handler returns, even if a task that it has spawned still has a half.
    pub fn split(self) -> (WebSocketSender<Out>, WebSocketReceiver<In>) {
        (self.sender, self.receiver)
    }

    /// Closes the socket with a code (1000, or 3000 to 4999) and a reason of up to 123 bytes. After that, it only
    /// receives what the client had already sent.
    ///
    /// The socket is also closed when the handler ends: with 1000, or with the code of its error.
    pub async fn close(&mut self, code: u16, reason: &str) {
        self.sender.close(code, reason).await;
    }

    /// Returns the subprotocol that the client and the route (`protocols = ["chat.v1"]`) agreed on.
    pub fn protocol(&self) -> Option<&str> {
        self.receiver.shared.protocol
    }

    /// Returns the code and the reason with which the client closed the socket. The code is 1005 if the client gave
    /// none, and 1006 if it violated the protocol or the connection was lost.
    pub fn closed_by(&self) -> Option<(u16, String)> {
        self.receiver.closed_by()
    }
}

impl<In> WebSocketReceiver<In> {
    /// Receives the next message: see [`WebSocket::recv`].
    ///
    /// # Errors
    ///
    /// Fails for a message that is not JSON, or that is not valid.
    pub async fn recv(&mut self) -> Result<Option<In>, WebSocketError> {
        let shared = &self.shared;
        let message = std::future::poll_fn(|task| shared.poll_recv(task)).await;
        message.map(|message| self.reader.read(message)).transpose()
    }

    /// Returns the code and the reason with which the client closed the socket: see [`WebSocket::closed_by`].
    pub fn closed_by(&self) -> Option<(u16, String)> {
        self.shared.closed_by()
    }
}

impl<Out> WebSocketSender<Out> {
    /// Sends a message: see [`WebSocket::send`].
    ///
    /// # Errors
    ///
    /// Fails if the socket is closed or the connection is lost.
    pub fn send(&mut self, message: impl SentAs<Out>) -> WebSocketSending<'_> {
        WebSocketSending {
            shared: &self.shared,
            message: message.encode(self.encode).map(Some),
        }
    }

    /// Closes the socket with a code and a reason: see [`WebSocket::close`].
    pub async fn close(&mut self, code: u16, reason: &str) {
        self.shared.close(close_frame(code, reason));
    }
}

/// The future of [`WebSocket::send`].
#[must_use = "a message is only sent if `send` is awaited"]
pub struct WebSocketSending<'s> {
    shared: &'s Shared,
    /// `None` once the connection has accepted it.
    message: Result<Option<Message>, WebSocketError>,
}

impl Future for WebSocketSending<'_> {
    type Output = Result<(), WebSocketError>;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let shared = self.shared;
        match &mut self.message {
            Ok(message) => shared.poll_send(task, message),
            Err(_) => Poll::Ready(std::mem::replace(&mut self.message, Ok(None)).map(drop)),
        }
    }
}

impl fmt::Debug for WebSocketSending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSocketSending")
    }
}

/// The messages until the client closes the socket.
impl<In> Stream for WebSocketReceiver<In> {
    type Item = Result<In, WebSocketError>;

    fn poll_next(self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let message = ready!(this.shared.poll_recv(task));
        Poll::Ready(message.map(|message| this.reader.read(message)))
    }
}

/// The messages until the client closes the socket.
impl<In, Out> Stream for WebSocket<In, Out> {
    type Item = Result<In, WebSocketError>;

    fn poll_next(self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.get_mut().receiver).poll_next(task)
    }
}

#[diagnostic::do_not_recommend]
impl<In: FromMessage, Out: ToMessage> FromRequest<'_> for WebSocket<In, Out> {
    const BODY: BodyKind = BodyKind::Upgrade;

    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        let messages = (In::schema(op), Out::schema(op));
        op.messages(messages);
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        let accepted = match handshake::check(cx) {
            Ok(accepted) => accepted,
            Err(failure) => return Arg::Failed(failure),
        };
        let shared = Arc::new(Shared::new(accepted.protocol()));
        // The first exit is the last to run.
        cx.push_exit(CloseExit(shared.clone()));
        cx.set_socket(Box::new((shared.clone(), accepted)));
        let sender = WebSocketSender {
            shared: shared.clone(),
            encode: Out::to_message,
        };
        let receiver = WebSocketReceiver {
            shared,
            reader: Reader::new(),
        };
        Arg::Value(Self { receiver, sender })
    }
}

impl<In, Out> fmt::Debug for WebSocket<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSocket")
    }
}

impl<In> fmt::Debug for WebSocketReceiver<In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSocketReceiver")
    }
}

impl<Out> fmt::Debug for WebSocketSender<Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebSocketSender")
    }
}
