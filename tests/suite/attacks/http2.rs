//! Floods of HTTP/2 frames, each of which has cost some server its memory or its processor.

use std::{io::ErrorKind, time::Duration};

use fastrs::ServeConfig;
use h2::Reason;

use super::*;
use crate::wire::serve;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `GET /word` of `test`, with names and values of HPACK's static table where there are any.
const GET: &[u8] = b"\x82\x86\x44\x05/word\x41\x04test";
const POST: &[u8] = b"\x83\x86\x44\x07/length\x41\x04test";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend_from_slice(&[kind, flags]);
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Reads the kind and the payload of a frame.
async fn read_frame(socket: &mut TcpStream) -> (u8, Vec<u8>) {
    let mut head = [0; 9];
    socket.read_exact(&mut head).await.expect("a frame");
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; length as usize];
    socket.read_exact(&mut payload).await.expect("a frame");
    (head[3], payload)
}

/// Sends frames until the server has had enough, and returns the code of its GOAWAY.
async fn reason(
    server: &TestServer,
    mut next: impl FnMut(u32) -> Vec<u8>,
    count: u32,
) -> Option<u32> {
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    let reading = tokio::spawn(async move {
        let mut received = Vec::new();
        // The server may reset a connection whose client still sends.
        if let Err(error) = reader.read_to_end(&mut received).await {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
        }
        let mut frames = &received[..];
        while let Some((head, rest)) = frames.split_first_chunk::<9>() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let (payload, rest) = rest.split_at_checked(length as usize)?;
            if head[3] == GOAWAY {
                return Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
            }
            frames = rest;
        }
        None
    });
    for number in 0..count {
        bytes.extend(next(number));
        if bytes.len() > 16 * 1024 {
            if writer.write_all(&bytes).await.is_err() {
                break;
            }
            bytes.clear();
        }
    }
    // Whether the server has had enough before the last frame shows in what it sent.
    writer.write_all(&bytes).await.ok();
    writer.shutdown().await.ok();
    tokio::time::timeout(Duration::from_secs(10), reading)
        .await
        .expect("the server ends the connection")
        .unwrap()
}

/// Checks that the server still serves others.
async fn assert_alive(server: &TestServer) {
    let mut wire = crate::wire::Wire::to(server.addr()).await;
    wire.request("GET /word").await;
    assert_eq!(soon(wire.answer()).await.body, "word");
}

/// The number of the stream that a client opens as its `number`th.
fn stream(number: u32) -> u32 {
    2 * number + 1
}

fn calm() -> Option<u32> {
    Some(u32::from(Reason::ENHANCE_YOUR_CALM))
}

#[tokio::test]
async fn resets_are_limited() {
    let server = serve(app(&Journal::new())).await;
    // CVE-2023-44487: each request is canceled at once.
    let rapid = |number: u32| {
        let mut bytes = frame(HEADERS, END_STREAM | END_HEADERS, stream(number), GET);
        bytes.extend(frame(RST_STREAM, 0, stream(number), &8_u32.to_be_bytes()));
        bytes
    };
    assert_eq!(reason(&server, rapid, 20_000).await, calm());
    // CVE-2025-8671: the client makes the server reset each stream.
    let made = |number: u32| {
        let mut bytes = frame(HEADERS, END_HEADERS, stream(number), GET);
        bytes.extend(frame(WINDOW_UPDATE, 0, stream(number), &[0; 4]));
        bytes
    };
    let ended = reason(&server, made, 3_000).await;
    assert!(ended.is_some_and(|code| code != 0), "{ended:?}");
    assert_alive(&server).await;
}

#[tokio::test]
async fn field_blocks_are_limited() {
    let server = serve(app(&Journal::new())).await;
    let continuation = |payload: &'static [u8]| {
        move |number: u32| match number {
            0 => frame(HEADERS, END_STREAM, 1, GET),
            _ => frame(CONTINUATION, 0, 1, payload),
        }
    };
    assert_eq!(reason(&server, continuation(b""), 100_000).await, calm());
    // A literal field of a kilobyte in each frame.
    static FIELD: [u8; 1030] = {
        let mut field = [b'a'; 1030];
        (field[0], field[1], field[2]) = (0, 1, b'x');
        (field[3], field[4], field[5]) = (0x7f, 0x81, 0x07);
        field
    };
    let ended = reason(&server, continuation(&FIELD), 100_000).await;
    assert!(ended.is_some_and(|code| code != 0), "{ended:?}");
    assert_alive(&server).await;
}

/// A list beyond 16 KiB is not kept, also if it is a list of references to one entry of the table.
#[tokio::test]
async fn a_field_list_that_is_too_long_is_refused() {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    let literal = |name: u8, length: usize| {
        // The length as an integer with a prefix of 7 bits.
        let rest = length - 127;
        let mut field = vec![
            0x40,
            1,
            name,
            0x7f,
            (rest % 128) as u8 | 0x80,
            (rest / 128) as u8,
        ];
        field.extend(vec![b'y'; length]);
        field
    };
    let long: Vec<u8> = (b'a'..b'm').flat_map(|name| literal(name, 3000)).collect();
    let mut bomb = literal(b'x', 3000);
    bomb.extend(vec![0xbe; 12_000]);
    for fields in [long, bomb] {
        let block = [GET, &fields].concat();
        let mut blocks = block.chunks(16_000).peekable();
        let mut bytes = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
        let (mut kind, mut flags) = (HEADERS, END_STREAM);
        while let Some(part) = blocks.next() {
            flags |= if blocks.peek().is_none() {
                END_HEADERS
            } else {
                0
            };
            bytes.extend(frame(kind, flags, 1, part));
            (kind, flags) = (CONTINUATION, 0);
        }
        let mut socket = TcpStream::connect(server.addr()).await.unwrap();
        socket.write_all(&bytes).await.unwrap();
        loop {
            let (kind, payload) = soon(read_frame(&mut socket)).await;
            match kind {
                // `:status: 431`, in Huffman's code.
                HEADERS => assert_eq!(payload, b"\x48\x83\x69\x90\xff"),
                RST_STREAM | GOAWAY => {}
                _ => continue,
            }
            break;
        }
        assert_eq!(notes.take(), [""; 0]);
    }
    assert_alive(&server).await;
}

#[tokio::test]
async fn empty_data_is_limited() {
    let server = serve(app(&Journal::new())).await;
    let flood = move |number: u32| match number {
        0 => frame(HEADERS, END_HEADERS, 1, POST),
        _ => frame(DATA, 0, 1, b""),
    };
    let ended = reason(&server, flood, 100_000).await;
    assert!(ended.is_some_and(|code| code != 0), "{ended:?}");
    assert_alive(&server).await;
}

/// Each is acknowledged, at the pace at which the client reads.
#[tokio::test]
async fn pings_and_settings_do_not_block_others() {
    let server = serve(app(&Journal::new())).await;
    for (kind, payload) in [(SETTINGS, &[][..]), (PING, &[7; 8])] {
        let flood = reason(&server, |_| frame(kind, 0, 0, payload), 20_000);
        let (_, ()) = tokio::join!(flood, assert_alive(&server));
    }
}

#[tokio::test]
async fn streams_beyond_the_limit_are_refused() {
    let config = ServeConfig::new().max_concurrent_streams(3);
    let notes = Journal::new();
    let server = serve(app(&notes).config(config)).await;
    // The requests wait for their bodies.
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    for number in 0..5 {
        bytes.extend(frame(HEADERS, END_HEADERS, stream(number), POST));
    }
    let mut socket = TcpStream::connect(server.addr()).await.unwrap();
    socket.write_all(&bytes).await.unwrap();
    let mut refused = Vec::new();
    while refused.len() < 2 {
        let (kind, payload) = soon(read_frame(&mut socket)).await;
        if kind == RST_STREAM {
            refused.push(u32::from_be_bytes(payload.try_into().unwrap()));
        }
    }
    assert_eq!(refused, [u32::from(Reason::REFUSED_STREAM); 2]);
    assert_eq!(notes.take(), [""; 0]);
}

/// RFC 9113, 8.1: trailers have none.
#[tokio::test]
async fn the_pseudo_fields_of_trailers_are_ignored() {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    let mut bytes = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
    bytes.extend(frame(HEADERS, END_HEADERS, 1, POST));
    bytes.extend(frame(DATA, 0, 1, b"ab"));
    // `:path: /word`
    let trailers = b"\x44\x05/word";
    bytes.extend(frame(HEADERS, END_STREAM | END_HEADERS, 1, trailers));
    let mut socket = TcpStream::connect(server.addr()).await.unwrap();
    socket.write_all(&bytes).await.unwrap();
    loop {
        let (kind, payload) = soon(read_frame(&mut socket)).await;
        if kind == DATA {
            assert_eq!(payload, b"2");
            break;
        }
    }
    assert_eq!(notes.take(), ["length"]);
    assert_alive(&server).await;
}
