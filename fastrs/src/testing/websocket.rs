//! The client's end of a WebSocket, for tests.

use std::fmt::Display;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Response, header::HOST};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{TestClient, TestResponse, TestServer, head::RequestHead, json::from_json};
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
    socket: Arc<ClientSocket>,
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
pub struct TestHandshake<'c> {
    to: To<'c>,
    head: RequestHead,
}

#[derive(Debug)]
enum To<'c> {
    Client(&'c TestClient),
    Server(SocketAddr),
}

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
        TestHandshake::new(To::Client(self), path)
    }
}

impl<'c> TestHandshake<'c> {
    fn new(to: To<'c>, path: &str) -> Self {
        let mut handshake = Self {
            to,
            head: RequestHead::new(path),
        };
        for (name, value) in HANDSHAKE {
            handshake = handshake.header(name, value);
        }
        handshake
    }

    /// Adds a header. A repeated name sends both headers.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        self.head.header(name, &value);
        self
    }

    /// Adds query parameters, encoded.
    pub fn query<K: AsRef<str>, V: Display>(mut self, pairs: &[(K, V)]) -> Self {
        self.head.query(pairs);
        self
    }

    /// Sends `Authorization: Basic ..` with a user name and a password (RFC 7617).
    #[track_caller]
    pub fn basic(mut self, username: &str, password: &str) -> Self {
        self.head.basic(username, password);
        self
    }

    /// Sends `Authorization: Bearer <token>`.
    #[track_caller]
    pub fn bearer(self, token: impl Display) -> Self {
        self.header("authorization", format_args!("Bearer {token}"))
    }

    /// Sends a cookie with this handshake, in addition to those that the client has stored.
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.head.cookie(name, value);
        self
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
    /// Returns the response of an app that rejects the socket.
    pub async fn send(self) -> Result<TestWebSocket, TestResponse> {
        let (response, socket) = match self.to {
            To::Client(client) => {
                let (end, server) = duplex(IN_FLIGHT);
                let mut request = client.get("/").follow_redirects(false);
                request.head = self.head;
                let response = request.extension(InProcess::new(server)).send().await;
                let socket = Arc::new(ClientSocket::in_process(end));
                client.sockets.add(&socket);
                (response, socket)
            }
            To::Server(address) => {
                let exchanged = timeout(PATIENCE, self.exchange(address)).await;
                let (response, stream) = exchanged.expect("a response in time");
                (response, Arc::new(ClientSocket::over(stream)))
            }
        };
        if response.status() != 101 {
            return Err(response);
        }
        let accept = response.header("sec-websocket-accept");
        let protocol = response.header("sec-websocket-protocol");
        Ok(TestWebSocket::open(socket, accept, protocol))
    }

    /// Sends the handshake over a new connection.
    async fn exchange(self, address: SocketAddr) -> (TestResponse, TcpStream) {
        let mut stream = TcpStream::connect(address)
            .await
            .expect("the server accepts connections");
        let RequestHead {
            target,
            headers,
            cookies,
        } = self.head;
        let mut head = format!("GET {target} HTTP/1.1\r\n").into_bytes();
        let is_named = headers.contains_key(HOST);
        let host = (!is_named).then(|| ("host", address.to_string().into_bytes()));
        let cookies = cookies.iter();
        let cookies = cookies.map(|(name, value)| ("cookie", format!("{name}={value}").into()));
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes().to_vec()));
        for (name, value) in host.into_iter().chain(headers).chain(cookies) {
            head.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        let sent = stream.write_all(&head).await;
        sent.expect("the server reads the handshake");
        let response = read_response(&mut stream, target).await;
        (response, stream)
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
    /// Starts to open a WebSocket over a new connection, with the same builder as [`TestClient::websocket`].
    pub fn websocket(&self, path: &str) -> TestHandshake<'_> {
        TestHandshake::new(To::Server(self.addr()), path)
    }
}

/// Reads a response, with its body if its length is announced.
async fn read_response(stream: &mut TcpStream, path: String) -> TestResponse {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = stream.read_u8().await;
        head.push(byte.expect("the server sends a response"));
    }
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let mut response = Response::builder().status(status.unwrap_or_default());
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap_or(0);
        }
        response = response.header(name, value);
    }
    let mut body = vec![0; length];
    let read = stream.read_exact(&mut body).await;
    read.expect("the server sends the whole response");
    let response = response.body(body.into());
    TestResponse::read(response.expect("a valid head"), path, 0).await
}

impl TestWebSocket {
    fn open(socket: Arc<ClientSocket>, accept: Option<&str>, protocol: Option<&str>) -> Self {
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
