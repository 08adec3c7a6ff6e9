//! Bodies that are longer than announced, or encoded.

use super::*;
use crate::wire::{Wire, serve};

#[model]
struct Note {
    text: String,
}

#[post("/note")]
async fn note(#[body] note: Note) -> String {
    note.text
}

#[post("/form")]
async fn form(#[form] text: String) -> String {
    text
}

#[post("/part")]
async fn part(file: UploadFile) -> u64 {
    file.size()
}

fn encoded(notes: &Journal) -> App {
    app(notes).routes(routes![note, form, part])
}

/// Otherwise the bytes would be read as they are, or would need a limit of their own.
#[tokio::test]
async fn an_encoded_body_is_a_415() {
    let server = serve(encoded(&Journal::new())).await;
    for (path, media) in [
        ("/note", "application/json"),
        ("/form", "application/x-www-form-urlencoded"),
        ("/part", "multipart/form-data; boundary=x"),
    ] {
        for encoding in ["gzip", "br", "identity, gzip", "unknown", "GZIP"] {
            let answers = all(
                &server,
                format!(
                    "POST {path} HTTP/1.1\r\nhost: test\r\ncontent-type: {media}\r\n\
                     content-encoding: {encoding}\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n"
                ),
            )
            .await;
            assert_eq!(statuses(&answers), ["415"], "{path}, {encoding}: {answers}");
            assert!(
                answers.contains("\r\naccept-encoding: identity\r\n"),
                "{answers}"
            );
        }
    }
    for encoding in ["identity", "Identity"] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(format!(
            "POST /note HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
             content-encoding: {encoding}\r\ncontent-length: 12\r\n\r\n{{\"text\":\"a\"}}"
        ))
        .await;
        assert_eq!(soon(wire.answer()).await.body, r#""a""#);
    }
    // Bytes are whatever the client sends.
    let mut wire = Wire::to(server.addr()).await;
    wire.send(
        "POST /length HTTP/1.1\r\nhost: test\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc",
    )
    .await;
    assert_eq!(soon(wire.answer()).await.body, "3");
}

/// The client announces little, and sends more: the rest is the next request, or nothing.
#[tokio::test]
async fn a_body_ends_where_its_head_says() {
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.send("POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabcGET /word HTTP/1.1\r\nhost: test\r\n\r\n")
        .await;
    assert_eq!(soon(wire.answer()).await.body, "3");
    assert_eq!(soon(wire.answer()).await.body, "word");
    let answers = all(
        &server,
        "POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nabcdef\r\n\r\n",
    )
    .await;
    assert_eq!(statuses(&answers), ["200", "400"], "{answers}");
}

/// A body that grows beyond the limit is not read to its end.
#[tokio::test]
async fn a_chunked_body_is_cut_at_its_limit() {
    let server = serve(app(&Journal::new())).await;
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream
        .write_all(b"POST /length HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    let chunk = [b"10000\r\n", &[b'x'; 0x10000][..], b"\r\n"].concat();
    let mut sent = 0;
    // The server stops reading, answers, and discards for a while what still arrives.
    while sent < 256 * 1024 * 1024 && stream.write_all(&chunk).await.is_ok() {
        sent += chunk.len();
        let mut start = [0; 12];
        if stream.try_read(&mut start).is_ok_and(|count| count > 0) {
            assert_eq!(&start, b"HTTP/1.1 413");
            return;
        }
    }
    panic!("no response after {sent} bytes");
}
