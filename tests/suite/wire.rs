//! A client that sends exactly the bytes that it is given.

use std::io;

use fastrs::{App, testing::TestServer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, ToSocketAddrs},
};

/// A connection to a server.
pub(crate) struct Wire<S = TcpStream>(S);

/// The head and the body of a response, as they arrived.
#[derive(Debug, PartialEq)]
pub(crate) struct RawResponse {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Wire {
    /// Waits until the server sends.
    pub(crate) async fn readable(&self) {
        self.0.readable().await.expect("the socket is open");
    }

    pub(crate) async fn to(address: impl ToSocketAddrs) -> Self {
        Self(
            TcpStream::connect(address)
                .await
                .expect("the server accepts"),
        )
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self(stream)
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0
            .write_all(bytes.as_ref())
            .await
            .expect("the server reads");
    }

    /// Sends a request without a body.
    pub(crate) async fn request(&mut self, line: &str) {
        self.send(&format!("{line} HTTP/1.1\r\nhost: test\r\n\r\n"))
            .await;
    }

    /// Closes the sending side, and reads what the server still sends until it closes.
    pub(crate) async fn half_close(mut self) -> String {
        self.0.shutdown().await.expect("the socket is open");
        self.rest().await
    }

    /// Reads what the server sends until it closes.
    pub(crate) async fn rest(mut self) -> String {
        let mut text = Vec::new();
        self.0
            .read_to_end(&mut text)
            .await
            .expect("the server closes cleanly");
        String::from_utf8(text).expect("the response is text")
    }

    /// Reads `count` bytes.
    pub(crate) async fn read(&mut self, count: usize) -> String {
        let mut text = vec![0; count];
        self.0
            .read_exact(&mut text)
            .await
            .expect("more data arrives");
        String::from_utf8(text).expect("it is text")
    }

    /// Reads one byte of text.
    pub(crate) async fn byte(&mut self) -> char {
        self.0
            .read_u8()
            .await
            .expect("the response continues")
            .into()
    }

    /// Reads to the end of a head.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("the head is complete"));
        }
        String::from_utf8(head).expect("the head is text")
    }

    /// Reads one response, whose length is in its head.
    pub(crate) async fn answer(&mut self) -> RawResponse {
        let head = self.head().await;
        self.answer_to(head).await
    }

    /// Reads the body that follows a head.
    pub(crate) async fn answer_to(&mut self, head: String) -> RawResponse {
        let length =
            header(&head, "content-length").map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        self.0
            .read_exact(&mut body)
            .await
            .expect("the body is complete");
        let body = String::from_utf8(body).expect("the body is text");
        RawResponse { head, body }
    }
}

impl RawResponse {
    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).expect("a status line")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// Serves an app on a free port.
pub(crate) async fn serve(app: App) -> TestServer {
    TestServer::start(app).await.expect("the app starts")
}

/// Returns whether an address no longer accepts connections.
pub(crate) async fn is_closed(address: impl ToSocketAddrs) -> bool {
    let refused = TcpStream::connect(address).await.err();
    refused.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
