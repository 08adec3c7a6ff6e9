//! The client's end of a WebSocket, for tests.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, ErrorKind},
    sync::{Arc, Mutex, PoisonError},
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
    state: Mutex<State>,
    tasks: Arc<Tasks>,
}

struct State {
    socket: tungstenite::WebSocket<Io>,
    /// The messages that were read ahead of the test.
    ahead: VecDeque<Message>,
    closed: ServerClosed,
}

/// How many messages are read ahead of the test.
const AHEAD: usize = 1000;

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
        let state = State {
            socket,
            ahead: VecDeque::new(),
            closed: None,
        };
        Self {
            state: Mutex::new(state),
            tasks,
        }
    }

    /// Sends a message.
    pub(crate) async fn send(&self, message: Message) -> io::Result<()> {
        self.write(message.into_raw()).await
    }

    /// Sends a close frame.
    pub(crate) async fn close(&self, code: u16, reason: &str) -> io::Result<()> {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        self.write(Raw::Close(Some(frame))).await
    }

    /// Receives the next message; the error says how the server closed the socket.
    pub(crate) async fn recv(&self) -> Result<Message, ServerClosed> {
        let received = self.poll(Role::Receiver, |state| match state.ahead.pop_front() {
            Some(message) => Ok(Ok(message)),
            None => state.read(),
        });
        received.await.unwrap_or(Err(None))
    }

    /// Reads ahead of the test, to answer the server's close frame. Returns when the connection is closed.
    pub(crate) async fn end(&self) {
        let ended = self.poll(Role::Keeper, |state| {
            while state.ahead.len() < AHEAD {
                match state.read()? {
                    Ok(message) => state.ahead.push_back(message),
                    Err(_) => return Ok(()),
                }
            }
            Err(Error::Io(ErrorKind::WouldBlock.into()))
        });
        ended.await.ok();
    }

    async fn write(&self, raw: Raw) -> io::Result<()> {
        let mut raw = Some(raw);
        let written = self.poll(Role::Receiver, move |state| {
            if let Some(raw) = raw.take() {
                state.socket.write(raw)?;
            }
            state.socket.flush()
        });
        written.await.map_err(io::Error::other)
    }

    /// Repeats an operation until the connection is ready for it.
    async fn poll<T>(
        &self,
        role: Role,
        mut operation: impl FnMut(&mut State) -> Result<T, Error>,
    ) -> Result<T, Error> {
        poll_fn(|task| {
            self.tasks.register(role, task.waker());
            match operation(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner)) {
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
                done => Poll::Ready(done),
            }
        })
        .await
    }
}

impl State {
    /// Reads the next message, or how the server closed the socket.
    fn read(&mut self) -> Result<Result<Message, ServerClosed>, Error> {
        loop {
            match self.socket.read() {
                Ok(Raw::Close(frame)) => self.closed = Some(code_and_reason(frame)),
                Ok(raw) => {
                    if let Some(message) = Message::received(raw) {
                        return Ok(Ok(message));
                    }
                }
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    return Err(Error::Io(error));
                }
                Err(_) => return Ok(Err(self.closed.clone())),
            }
        }
    }
}
