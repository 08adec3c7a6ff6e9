//! The client's end of a WebSocket, for tests.

use std::fmt::Display;
use std::pin::Pin;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{TestClient, TestRequest, TestResponse, TestServer, json::from_json};
use crate::websocket::{ClientSocket, InProcess, Message, ServerClosed};

/// How long a test waits for a message before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// The number of bytes that are in flight between a test and its app.
const IN_FLIGHT: usize = 64 * 1024;

/// The headers of every handshake.
const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", ClientSocket::KEY),
];

/// A WebSocket that a test has opened, with [`TestClient::websocket`] or [`TestServer::websocket`].
///
/// A method panics if no message arrives within ten seconds, or if the message is of another kind than expected.
pub struct TestWebSocket {
    socket: ClientSocket,
    protocol: Option<String>,
}

/// How the server closed a [`TestWebSocket`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseCode {
    /// The code: 1006 if the connection was lost, 1005 if the server gave none.
    pub code: u16,
    /// The reason.
    pub reason: String,
}

/// A handshake that is about to be sent: add headers to it, then await it.
#[derive(Debug)]
#[must_use = "a handshake is not sent until it is awaited"]
pub struct TestHandshake<'c>(TestRequest<'c>);

impl TestClient {
    /// Starts to open a WebSocket in process.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::testing::TestClient;
    ///
    /// #[websocket("/hello", protocols = ["v1"])]
    /// async fn hello(#[header] name: String, mut socket: WebSocket) -> Result<()> {
    ///     Ok(socket.send(format!("Hello, {name}!")).await?)
    /// }
    ///
    /// # fastrs::block_on(async {
    /// let client = TestClient::start(App::new("Greeter", "1.0.0").routes(routes![hello])).await;
    /// let mut socket = client.websocket("/hello").header("name", "Ada").protocol("v1").await;
    /// assert_eq!(socket.protocol(), Some("v1"));
    /// assert_eq!(socket.recv_text().await, "Hello, Ada!");
    /// assert_eq!(socket.closed().await.code, 1000);
    ///
    /// let refused = client.websocket("/hello").send().await.unwrap_err();
    /// assert_eq!(refused.status(), 422);
    /// # });
    /// ```
    pub fn websocket(&self, path: &str) -> TestHandshake<'_> {
        let mut request = self.get(path).follow_redirects(false);
        for (name, value) in HANDSHAKE {
            request = request.header(name, value);
        }
        TestHandshake(request)
    }
}

impl<'c> TestHandshake<'c> {
    /// Adds a header. A repeated name sends both headers.
    #[track_caller]
    pub fn header(self, name: &str, value: impl Display) -> Self {
        Self(self.0.header(name, value))
    }

    /// Adds query parameters, encoded.
    pub fn query<K: AsRef<str>, V: Display>(self, pairs: &[(K, V)]) -> Self {
        Self(self.0.query(pairs))
    }

    /// Sends `Authorization: Bearer <token>`.
    #[track_caller]
    pub fn bearer(self, token: impl Display) -> Self {
        Self(self.0.bearer(token))
    }

    /// Sends a cookie with this handshake, in addition to those that the client has stored.
    pub fn cookie(self, name: &str, value: &str) -> Self {
        Self(self.0.cookie(name, value))
    }

    /// Offers a subprotocol.
    #[track_caller]
    pub fn protocol(self, protocol: &str) -> Self {
        self.header("sec-websocket-protocol", protocol)
    }

    /// Sends the handshake.
    ///
    /// # Errors
    ///
    /// The response of an app that rejects it.
    pub async fn send(self) -> Result<TestWebSocket, TestResponse> {
        let (client, server) = duplex(IN_FLIGHT);
        let response = self.0.extension(InProcess::new(server)).send().await;
        if response.status() != 101 {
            return Err(response);
        }
        let accept = response.header("sec-websocket-accept");
        Ok(TestWebSocket::open(
            ClientSocket::in_process(client),
            accept,
            response.header("sec-websocket-protocol"),
        ))
    }
}

impl<'c> IntoFuture for TestHandshake<'c> {
    type Output = TestWebSocket;
    type IntoFuture = Pin<Box<dyn Future<Output = TestWebSocket> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async {
            match self.send().await {
                Ok(socket) => socket,
                Err(response) => panic!("the app refused the WebSocket: {response:?}"),
            }
        })
    }
}

impl TestServer {
    /// Opens a WebSocket over a connection of its own, with these additional headers.
    ///
    /// # Panics
    ///
    /// If the app rejects it.
    pub async fn websocket(&self, path: &str, headers: &[(&str, &str)]) -> TestWebSocket {
        let mut stream = TcpStream::connect(self.addr())
            .await
            .expect("the server accepts connections");
        let mut head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n", self.addr());
        for (name, value) in HANDSHAKE.iter().chain(headers) {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        let response = timeout(PATIENCE, exchange(&mut stream, &head));
        let response = response.await.expect("a response in time");
        assert!(
            response.starts_with("HTTP/1.1 101 "),
            "the app refused the WebSocket: {response}"
        );
        let field = |name: &str| {
            response
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
        };
        TestWebSocket::open(
            ClientSocket::over(stream),
            field("sec-websocket-accept"),
            field("sec-websocket-protocol"),
        )
    }
}

/// Sends a head, and returns the head of the response.
async fn exchange(stream: &mut TcpStream, head: &str) -> String {
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the server reads the handshake");
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => response.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&response).into_owned()
}

impl TestWebSocket {
    fn open(socket: ClientSocket, accept: Option<&str>, protocol: Option<&str>) -> Self {
        assert_eq!(accept, Some(&*ClientSocket::accept()));
        Self {
            socket,
            protocol: protocol.map(str::to_owned),
        }
    }

    /// Returns the subprotocol that the server has chosen.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// Sends text or bytes.
    pub async fn send(&mut self, message: impl Into<Message>) {
        let sent = self.socket.send(message.into()).await;
        sent.expect("the server holds the connection");
    }

    /// Sends a value as JSON.
    pub async fn send_json<T: Serialize + ?Sized>(&mut self, value: &T) {
        match serde_json::to_string(value) {
            Ok(json) => self.send(json).await,
            Err(error) => panic!("the value cannot be serialized to JSON: {error}"),
        }
    }

    /// Receives the next message; `None` if the server has closed the socket.
    pub async fn recv(&mut self) -> Option<Message> {
        self.next().await.ok()
    }

    /// Receives text.
    pub async fn recv_text(&mut self) -> String {
        let message = self.expect().await;
        match message.text() {
            Some(text) => text.to_owned(),
            None => panic!("the server sent bytes: {message:?}"),
        }
    }

    /// Receives JSON.
    pub async fn recv_json<T: DeserializeOwned>(&mut self) -> T {
        let text = self.recv_text().await;
        from_json(&text, "the message")
    }

    /// Waits until the server closes the socket.
    pub async fn closed(&mut self) -> CloseCode {
        match self.next().await {
            Err(code) => code,
            Ok(message) => panic!("the server sent a message: {message:?}"),
        }
    }

    /// Closes the socket, and waits for the server to close it as well.
    pub async fn close(mut self, code: u16, reason: &str) -> CloseCode {
        // The server may have closed it already, which the next message shows.
        let _ = self.socket.close(code, reason).await;
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    async fn expect(&mut self) -> Message {
        match self.next().await {
            Ok(message) => message,
            Err(code) => panic!("the server closed the socket: {code:?}"),
        }
    }

    /// Receives the next message, or how the server closed the socket.
    async fn next(&mut self) -> Result<Message, CloseCode> {
        match timeout(PATIENCE, self.socket.recv()).await {
            Ok(received) => received.map_err(CloseCode::of),
            Err(_) => panic!("the server sent nothing for {} s", PATIENCE.as_secs()),
        }
    }
}

impl CloseCode {
    fn of(closed: ServerClosed) -> Self {
        let (code, reason) = closed.unwrap_or((1006, String::new()));
        Self { code, reason }
    }
}

impl std::fmt::Debug for TestWebSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestWebSocket").finish_non_exhaustive()
    }
}
