//! Clients of every kind, each with work that is in flight when the server is told to stop.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use bytes::Bytes;
use h2::{RecvStream, SendStream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::watch,
    time::sleep,
};

use crate::{
    websockets::{http2, upgrade},
    wire::Wire,
};

/// The length of a download, of which the buffers of the operating system hold only a part.
pub(super) const LENGTH: usize = 12 * 1024 * 1024;

/// How much a client reads or sends at once.
pub(super) const PIECE: usize = 64 * 1024;

/// What the clients of a program share.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) address: SocketAddr,
    /// The number of clients that are ready.
    pub(super) ready: watch::Sender<usize>,
    pub(super) is_stopping: watch::Sender<bool>,
}

impl Stage {
    /// Says that this client's work is in flight.
    fn ready(&self) {
        self.ready.send_modify(|count| *count += 1);
    }

    /// Waits until the program stops.
    async fn stopping(&self) {
        let mut stopping = self.is_stopping.subscribe();
        stopping.wait_for(|stops| *stops).await.expect("a stage");
    }
}

pub(super) fn expected() -> Vec<u8> {
    (0..LENGTH).map(|at| (at % 251) as u8).collect()
}

/// Opens a response, and returns its connection after the head.
pub(super) async fn get(address: SocketAddr, path: &str) -> (TcpStream, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(PIECE as u32).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let mut wire = Wire::over(&mut stream);
    wire.request(&format!("GET {path}")).await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
    (stream, head)
}

/// Waits between two pieces, so that clients send and read at a steady pace.
pub(super) async fn pace() {
    sleep(Duration::from_millis(1)).await;
}

/// Reads to the end of a connection.
pub(super) async fn rest(stream: &mut TcpStream, path: &str) -> Vec<u8> {
    let mut read = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        match stream.read(&mut piece).await {
            Ok(0) => return read,
            Ok(length) => read.extend_from_slice(&piece[..length]),
            Err(error) => panic!("{path}, after {} bytes: {error}", read.len()),
        }
        pace().await;
    }
}

/// Returns the text of a chunked body, which must have an end.
pub(super) fn dechunked(mut body: &[u8], path: &str) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n");
        let end = end.unwrap_or_else(|| panic!("{path} was cut after {} bytes", text.len()));
        let length = std::str::from_utf8(&body[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        body = &body[end + 2..];
        assert!(body.len() >= length + 2, "{path} was cut in a chunk");
        text.extend_from_slice(&body[..length]);
        assert_eq!(body[length..length + 2], *b"\r\n", "{path}");
        body = &body[length + 2..];
        if length == 0 {
            assert_eq!(body, b"", "{path}");
            return text;
        }
    }
}

/// Reads a part of a file, and the rest of it during the shutdown.
pub(super) async fn download(stage: Stage, path: String) {
    let (mut stream, head) = get(stage.address, &path).await;
    let mut body = vec![0; PIECE];
    stream.read_exact(&mut body).await.unwrap();
    stage.ready();
    stage.stopping().await;
    body.append(&mut rest(&mut stream, &path).await);
    if head.contains("transfer-encoding: chunked") {
        body = dechunked(&body, &path);
    }
    assert_eq!(body.len(), LENGTH, "{path}");
    assert!(body == expected(), "{path}");
}

/// Sends the head of an upload, and waits until its handler wants the body.
pub(super) async fn begin_upload(
    address: SocketAddr,
    path: &str,
    kind: &str,
    length: usize,
) -> Wire {
    let mut wire = Wire::to(address).await;
    let head = format!("content-type: {kind}\r\ncontent-length: {length}\r\nexpect: 100-continue");
    wire.send(format!(
        "POST {path} HTTP/1.1\r\nhost: test\r\n{head}\r\n\r\n"
    ))
    .await;
    assert!(wire.head().await.starts_with("HTTP/1.1 100 "), "{path}");
    wire
}

/// Sends a part of a body, and the rest of it during the shutdown.
pub(super) async fn upload(stage: Stage, path: String) {
    const FORM: &str =
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    let content = "x".repeat(1024 * 1024);
    let (kind, body) = match path.ends_with("files") {
        true => (
            "multipart/form-data; boundary=x",
            format!("{FORM}{content}\r\n--x--\r\n"),
        ),
        false => ("application/octet-stream", content.clone()),
    };
    let mut wire = begin_upload(stage.address, &path, kind, body.len()).await;
    let (first, last) = body.split_at(body.len() / 2);
    wire.send(first).await;
    stage.ready();
    stage.stopping().await;
    for piece in last.as_bytes().chunks(PIECE) {
        wire.send(piece).await;
        pace().await;
    }
    let answer = wire.answer().await;
    let uploaded = (answer.status(), &*answer.body);
    assert_eq!(uploaded, ("200", &*content.len().to_string()), "{path}");
    assert_eq!(answer.header("connection"), Some("close"), "{path}");
    assert_eq!(wire.rest().await, "", "{path}");
}

/// Reads numbers, as events or as lines, to their end, and returns how many there were. None may be missing.
pub(super) async fn numbers(stage: Stage, path: String) -> usize {
    let (mut stream, _) = get(stage.address, &path).await;
    let mut body = vec![0; 7];
    stream.read_exact(&mut body).await.unwrap();
    stage.ready();
    body.append(&mut rest(&mut stream, &path).await);
    let text = String::from_utf8(dechunked(&body, &path)).unwrap();
    let mut count = 0;
    let mut left = &*text;
    while !left.is_empty() {
        let item = match path.ends_with("events") {
            true => format!("data: {count}\n\n"),
            false => format!("{count}\n"),
        };
        left = left
            .strip_prefix(&item)
            .unwrap_or_else(|| panic!("{path}, number {count}: {left:?}"));
        count += 1;
    }
    count
}

/// Reads the frames of a WebSocket.
#[derive(Default)]
pub(super) struct Frames(Vec<u8>);

/// The opcodes of frames, with the bit that says that a message has no more of them.
pub(super) const TEXT: u8 = 0x81;
pub(super) const CLOSE: u8 = 0x88;

/// Frames of a client: a message, and the close that answers the server's.
pub(super) const TICK: &[u8] = b"\x81\x84\0\0\0\0tick";
pub(super) const GOING_AWAY: &[u8] = b"\x88\x82\0\0\0\0\x03\xe9";

impl Frames {
    /// Takes the next frame, whose payload is short.
    fn take(&mut self) -> Option<(u8, Vec<u8>)> {
        let length = usize::from(*self.0.get(1)?);
        assert!(length < 126);
        (self.0.len() >= length + 2).then(|| {
            let frame: Vec<u8> = self.0.drain(..length + 2).collect();
            (frame[0], frame[2..].to_vec())
        })
    }
}

/// Checks that a frame is the server's close frame.
pub(super) fn check_close(kind: u8, payload: &[u8], path: &str) {
    assert_eq!(kind, CLOSE, "{path}");
    assert_eq!(payload[..2], 1001_u16.to_be_bytes(), "{path}");
    assert_eq!(payload[2..], *b"the server is shutting down", "{path}");
}

/// Opens a WebSocket whose handler sends a message.
pub(super) async fn open_socket(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    upgrade(&mut stream, path).await;
    if path.ends_with("echo") {
        stream.write_all(TICK).await.unwrap();
    }
    stream
}

/// The same over HTTP/2, with a stream in each direction.
pub(super) async fn open_socket_over_http2(
    address: SocketAddr,
    path: &str,
) -> (SendStream<Bytes>, RecvStream) {
    let mut client = http2::connect(address).await;
    let (status, mut sender, body) = http2::open(&mut client, path, "websocket").await;
    assert_eq!(status, 200, "{path}");
    sender.send_data(Bytes::from_static(TICK), false).unwrap();
    (sender, body)
}

/// A client of a WebSocket that sends whenever it has received something, until the socket is closed. It only receives
/// if `sends` is false.
pub(super) async fn socket(stage: Stage, path: String, sends: bool) {
    let mut stream = open_socket(stage.address, &path).await;
    let mut frames = Frames::default();
    let mut is_ready = false;
    loop {
        let Some((kind, payload)) = frames.take() else {
            let read = stream.read_buf(&mut frames.0).await;
            assert_ne!(read.expect(&path), 0, "{path} was cut off");
            continue;
        };
        if kind != TEXT {
            check_close(kind, &payload, &path);
            break;
        }
        assert_eq!(payload, b"tick", "{path}");
        if !std::mem::replace(&mut is_ready, true) {
            stage.ready();
        }
        if sends {
            stream.write_all(TICK).await.unwrap();
        }
    }
    stream.write_all(GOING_AWAY).await.unwrap();
    assert_eq!(rest(&mut stream, &path).await, b"", "{path}");
    assert!(frames.0.is_empty(), "{path}");
}

/// The same over HTTP/2.
pub(super) async fn socket_over_http2(stage: Stage, path: String) {
    let (mut sender, mut body) = open_socket_over_http2(stage.address, &path).await;
    let mut frames = Frames::default();
    let mut is_ready = false;
    loop {
        let Some((kind, payload)) = frames.take() else {
            let data = body.data().await.expect(&path).expect(&path);
            body.flow_control().release_capacity(data.len()).unwrap();
            frames.0.extend_from_slice(&data);
            continue;
        };
        if kind != TEXT {
            check_close(kind, &payload, &path);
            break;
        }
        if !std::mem::replace(&mut is_ready, true) {
            stage.ready();
        }
        sender.send_data(Bytes::from_static(TICK), false).unwrap();
    }
    let close = Bytes::from_static(GOING_AWAY);
    sender.send_data(close, true).unwrap();
    // The end of the stream is a frame of its own.
    while let Some(data) = body.data().await {
        assert_eq!(data.expect(&path), "", "{path}");
    }
}

/// Sends requests one after the other, until the server accepts no connection. A response is whole, or the connection
/// closes before its first byte.
pub(super) async fn requests(stage: Stage, path: String) {
    let mut is_ready = false;
    let mut answered = 0;
    'connect: loop {
        let Ok(mut stream) = TcpStream::connect(stage.address).await else {
            break;
        };
        loop {
            let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n");
            let mut first = [0; 1];
            let sent = stream.write_all(request.as_bytes()).await;
            match sent.and(stream.read(&mut first).await) {
                Ok(1) => {}
                Ok(_) => continue 'connect,
                Err(error) => {
                    let is_closed = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
                    assert!(is_closed.contains(&error.kind()), "{path}: {error}");
                    continue 'connect;
                }
            }
            let mut wire = Wire::over(&mut stream);
            let head = format!("H{}", wire.head().await);
            let answer = wire.answer_to(head).await;
            assert_eq!((answer.status(), &*answer.body), ("200", "\"plain\""));
            answered += 1;
            if !std::mem::replace(&mut is_ready, true) {
                stage.ready();
            }
            if answer.header("connection") == Some("close") {
                assert_eq!(rest(&mut stream, &path).await, b"", "{path}");
                continue 'connect;
            }
        }
    }
    assert!(answered > 0, "{path}");
}

/// The same on one connection of HTTP/2, until the server refuses a request.
pub(super) async fn requests_over_http2(stage: Stage, path: String) {
    let mut client = http2::connect(stage.address).await;
    let mut is_ready = false;
    loop {
        let request = http::Request::get(format!("http://test{path}"));
        let request = request.body(()).unwrap();
        client = match client.ready().await {
            Ok(client) => client,
            Err(error) => {
                assert!(error.is_go_away() || error.is_io(), "{path}: {error}");
                return;
            }
        };
        let Ok((response, _)) = client.send_request(request, true) else {
            return;
        };
        let mut body = match response.await {
            Ok(response) => response.into_body(),
            Err(error) => {
                assert!(error.is_go_away() || error.is_io(), "{path}: {error}");
                return;
            }
        };
        let mut read = Vec::new();
        while let Some(data) = body.data().await {
            read.extend_from_slice(&data.expect(&path));
        }
        assert_eq!(read, b"\"plain\"", "{path}");
        if !std::mem::replace(&mut is_ready, true) {
            stage.ready();
        }
    }
}

/// Starts a background task.
pub(super) async fn start_task(address: SocketAddr, path: &str) -> Wire {
    let mut wire = Wire::to(address).await;
    let head = format!("POST {path} HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n");
    wire.send(head).await;
    assert_eq!(wire.answer().await.status(), "200", "{path}");
    wire
}

pub(super) async fn task(stage: Stage, path: String) {
    let wire = start_task(stage.address, &path).await;
    stage.ready();
    assert_eq!(wire.rest().await, "", "{path}");
}
