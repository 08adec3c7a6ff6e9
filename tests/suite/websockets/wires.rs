//! Frames that violate the protocol, byte by byte.

use std::io::ErrorKind;

use fastrs::{WebSocketConfig, prelude::*, testing::TestServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{app, head, upgrade};
use crate::{
    journal::{Journal, journal},
    waiting::soon,
    wire::{Wire, serve},
};

/// Opens a socket.
async fn open(server: &TestServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    upgrade(&mut stream, "/echo").await;
    stream
}

/// A masked frame, whose mask is zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ ..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

/// Sends bytes, and returns the code of the close frame that they cause. The server sends nothing before it.
async fn closed_by(server: &TestServer, bytes: &[u8]) -> u16 {
    let mut stream = open(server).await;
    // The server may close the connection before it has read the last byte.
    if let Err(error) = stream.write_all(bytes).await {
        let is_closed = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset].contains(&error.kind());
        assert!(is_closed, "{error}");
    }
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head[0], 0x88, "{head:?}");
    let mut reason = vec![0; usize::from(head[1]) - 2];
    stream.read_exact(&mut reason).await.unwrap();
    let mut rest = Vec::new();
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
    u16::from_be_bytes([head[2], head[3]])
}

#[tokio::test]
async fn a_client_that_violates_the_protocol_receives_the_code_for_it() {
    let config = WebSocketConfig::new().max_message_size(64 * 1024);
    let server = serve(app().websockets(config)).await;
    let huge = [&[0x82, 0xff][..], &(1_u64 << 30).to_be_bytes(), &[0; 4]].concat();
    let fragments = [frame(0x02, &[0; 40_000]), frame(0x00, &[0; 40_000])];
    let cases = [
        ("1 GiB in a frame", huge, 1009),
        ("fragments that are too long", fragments.concat(), 1009),
        ("text that is not UTF-8", frame(0x81, b"a\xff"), 1007),
        (
            "text that ends inside a character",
            frame(0x81, b"\xc3"),
            1007,
        ),
        ("a frame without a mask", vec![0x81, 1, b'a'], 1002),
        ("a reserved bit", frame(0xc1, b"a"), 1002),
        ("an unknown opcode", frame(0x83, b"a"), 1002),
        ("an unknown control opcode", frame(0x8b, b""), 1002),
        ("a continuation of nothing", frame(0x80, b"a"), 1002),
        ("a ping in fragments", frame(0x09, b""), 1002),
        ("a ping that is too long", frame(0x89, &[0; 126]), 1002),
        (
            "a close code that must not be sent",
            frame(0x88, &1006_u16.to_be_bytes()),
            1002,
        ),
        ("a close frame of one byte", frame(0x88, &[3]), 1002),
    ];
    for (case, bytes, code) in cases {
        assert_eq!(closed_by(&server, &bytes).await, code, "{case}");
    }
    soon(server.stop()).await;
}

#[tokio::test]
async fn endless_empty_fragments_do_not_block_others() {
    let server = serve(app()).await;
    let mut endless = open(&server).await;
    let sending = tokio::spawn(async move {
        let fragments = [frame(0x01, b""), frame(0x00, b"").repeat(10_000)].concat();
        while endless.write_all(&fragments).await.is_ok() {}
    });
    let mut socket = server.websocket("/echo").await;
    for _ in 0..20 {
        socket.send("hello").await;
        assert_eq!(socket.recv_text().await, "hello");
    }
    assert!(!sending.is_finished());
    sending.abort();
}

#[tokio::test]
async fn a_message_in_the_same_segment_as_the_handshake_is_received() {
    let server = serve(app()).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let bytes = [head("/echo", "").as_bytes(), &frame(0x81, b"early")].concat();
    stream.write_all(&bytes).await.unwrap();
    Wire::over(&mut stream).head().await;
    let mut received = [0; 7];
    stream.read_exact(&mut received).await.unwrap();
    assert_eq!(received, *b"\x81\x05early");
}

/// Records how its client disconnected.
#[websocket("/recorded")]
async fn recorded(#[depends(journal)] journal: &Journal, mut socket: WebSocket) -> Result<()> {
    while socket.recv().await?.is_some() {}
    journal.write(format!("{:?}", socket.closed_by()));
    Ok(())
}

/// Closes its own side first.
#[websocket("/first")]
async fn first(#[depends(journal)] journal: &Journal, mut socket: WebSocket) -> Result<()> {
    socket.close(4000, "first").await;
    while socket.recv().await?.is_some() {}
    journal.write(format!("{:?}", socket.closed_by()));
    Ok(())
}

#[tokio::test]
async fn a_handler_learns_the_code_that_its_client_has_sent() {
    let journal = Journal::new();
    let app = app()
        .websockets(WebSocketConfig::new().max_message_size(10))
        .provide::<crate::journal::journal>(journal.clone())
        .routes(routes![recorded, first]);
    let server = serve(app).await;
    let close = |code: u16| frame(0x88, &[&code.to_be_bytes()[..], b"bye"].concat());
    let violation = r#"Some((1006, ""))"#;
    let cases = [
        (close(1000), r#"Some((1000, "bye"))"#),
        (close(1002), r#"Some((1002, "bye"))"#),
        (close(4999), r#"Some((4999, "bye"))"#),
        (frame(0x88, b""), r#"Some((1005, ""))"#),
        (close(1005), violation),
        (close(999), violation),
        (close(1006), violation),
        (close(1015), violation),
        (close(2999), violation),
        (close(5000), violation),
        (frame(0x88, &[3]), violation),
        (frame(0x81, b"\xff"), violation),
        (vec![0x81, 1, b'a'], violation),
        (frame(0x83, b""), violation),
        (frame(0x82, &[0; 11]), violation),
    ];
    for path in ["/recorded", "/first"] {
        for (bytes, expected) in &cases {
            let mut stream = TcpStream::connect(server.addr()).await.unwrap();
            upgrade(&mut stream, path).await;
            stream.write_all(bytes).await.unwrap();
            soon(journal.until(expected)).await;
            assert_eq!(journal.take(), [*expected], "{path} {bytes:?}");
        }
    }
}
