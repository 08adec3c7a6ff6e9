//! The client's end of a WebSocket, for tests.

use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    sync::Arc,
    task::Poll,
};

use tokio::{io::DuplexStream, net::TcpStream};
use tungstenite::{
    Error, Message as Raw,
    handshake::derive_accept_key,
    protocol::{CloseFrame, Role as Side},
};

use super::{
    error::code_and_reason,
    io::{Connection, Io, Role, Tasks},
    message::Message,
};

/// The client's end of a WebSocket.
pub(crate) struct ClientSocket {
    socket: tungstenite::WebSocket<Io>,
    tasks: Arc<Tasks>,
    closed: ServerClosed,
}

/// The code and the reason of the server; `None` if the connection was lost.
pub(crate) type ServerClosed = Option<(u16, String)>;

impl ClientSocket {
    /// The key of every handshake. Any key would do.
    pub(crate) const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    /// Returns the answer to the key.
    pub(crate) fn accept() -> String {
        derive_accept_key(Self::KEY.as_bytes())
    }

    pub(crate) fn in_process(end: DuplexStream) -> Self {
        Self::new(Connection::InProcess(end))
    }

    pub(crate) fn over(stream: TcpStream) -> Self {
        Self::new(Connection::Tcp(stream))
    }

    fn new(connection: Connection) -> Self {
        let tasks = Arc::default();
        let io = Io::new(connection, &tasks);
        let socket = tungstenite::WebSocket::from_raw_socket(io, Side::Client, None);
        Self {
            socket,
            tasks,
            closed: None,
        }
    }

    /// Sends a message.
    pub(crate) async fn send(&mut self, message: Message) -> io::Result<()> {
        self.write(message.into_raw()).await
    }

    /// Sends a close frame.
    pub(crate) async fn close(&mut self, code: u16, reason: &str) -> io::Result<()> {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        self.write(Raw::Close(Some(frame))).await
    }

    /// Receives the next message; the error says how the server closed the socket.
    pub(crate) async fn recv(&mut self) -> Result<Message, ServerClosed> {
        loop {
            match self.poll(tungstenite::WebSocket::read).await {
                Ok(Raw::Close(frame)) => self.closed = Some(code_and_reason(frame)),
                Ok(raw) => {
                    if let Some(message) = Message::received(raw) {
                        return Ok(message);
                    }
                }
                Err(_) => return Err(self.closed.clone()),
            }
        }
    }

    async fn write(&mut self, raw: Raw) -> io::Result<()> {
        let mut raw = Some(raw);
        let written = self.poll(move |socket| {
            if let Some(raw) = raw.take() {
                socket.write(raw)?;
            }
            socket.flush()
        });
        written.await.map_err(io::Error::other)
    }

    /// Repeats an operation until the connection is ready for it.
    async fn poll<T>(
        &mut self,
        mut operation: impl FnMut(&mut tungstenite::WebSocket<Io>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        poll_fn(|task| {
            self.tasks.register(Role::Receiver, task.waker());
            match operation(&mut self.socket) {
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
                done => Poll::Ready(done),
            }
        })
        .await
    }
}
