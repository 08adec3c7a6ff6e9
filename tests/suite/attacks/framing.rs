//! Where a request ends: what a proxy in front and the server could divide into different requests.

use super::*;
use crate::{
    waiting::until_idle,
    wire::{Wire, serve},
};

/// A `POST` with these lines of the head, and what follows.
fn post(fields: &str, body: &str) -> String {
    format!("POST /length HTTP/1.1\r\nhost: test\r\n{fields}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_length_is_declared_once() {
    let chunks = "0\r\n\r\n";
    let both = [
        ("content-length: 5\r\ntransfer-encoding: chunked", chunks),
        ("transfer-encoding: chunked\r\ncontent-length: 5", chunks),
        ("content-length: 0\r\ntransfer-encoding: chunked", chunks),
        ("content-length: 2\r\ncontent-length: 2", "ab"),
        ("content-length: 2\r\nx: y\r\nContent-Length: 2", "ab"),
        ("content-length: 0\r\ncontent-length: 0", ""),
        ("content-length: 2\r\ncontent-length: 3", "abc"),
        ("content-length: 3\r\ncontent-length: 2", "abc"),
    ];
    let cases = both.map(|(fields, body)| (post(fields, body), "400"));
    assert_refused(cases).await;
    let http10 = "POST /length HTTP/1.0\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nab";
    assert_refused([(http10, "400")]).await;
}

#[tokio::test]
async fn a_length_is_a_number() {
    let lengths = [
        "+2",
        "-1",
        "0x2",
        "2 2",
        "0_2",
        "",
        "2, 2",
        "2,2",
        "2;",
        "18446744073709551618",
        "9999999999999999999999999999",
    ];
    let cases = lengths.map(|length| (post(&format!("content-length: {length}"), "ab"), "400"));
    assert_refused(cases).await;
    // More than the server keeps of a line whose end has not arrived: either it is refused, or it is understood.
    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    for padding in ["0", " "] {
        let request = post(&format!("content-length:{}2", padding.repeat(5000)), "ab");
        for split in [0, 100, 4000] {
            let mut wire = Wire::to(server.addr()).await;
            let (first, rest) = request.split_at(split);
            wire.send(first).await;
            until_idle().await;
            wire.send(format!("{rest}{SMUGGLED}")).await;
            let answers = soon(wire.half_close()).await;
            let was_second = notes.take().iter().any(|line| line == "smuggled");
            match statuses(&answers)[..] {
                ["400"] => assert!(!was_second, "{split}"),
                ["200", "200"] => assert!(answers.contains("\r\n\r\n2HTTP"), "{answers}"),
                _ => panic!("{split}: {answers}"),
            }
        }
    }
}

#[tokio::test]
async fn the_only_transfer_encoding_is_chunked() {
    let chunks = "0\r\n\r\n";
    let encodings = [
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: identity\r\ncontent-length: 5",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked, chunked",
        "transfer-encoding : chunked",
        "transfer-encoding: \x0bchunked",
        "transfer-encoding:\r\n chunked",
        "x: y\r\n transfer-encoding: chunked",
        "transfer-encoding: \"chunked\"",
        "transfer_encoding: chunked\r\ntransfer-encoding: nothing",
    ];
    assert_refused(encodings.map(|fields| (post(fields, chunks), "400"))).await;
    let http10 = "POST /length HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_refused([(http10, "400")]).await;
}

#[tokio::test]
async fn a_chunk_has_a_size_in_hexadecimal() {
    let sizes = [
        "0x2\r\nab\r\n0\r\n\r\n",
        "00000000000000002x\r\nab\r\n0\r\n\r\n",
        "-2\r\nab\r\n0\r\n\r\n",
        "+2\r\nab\r\n0\r\n\r\n",
        " 2\r\nab\r\n0\r\n\r\n",
        "2_\r\nab\r\n0\r\n\r\n",
        "2 2\r\nab\r\n0\r\n\r\n",
        "\r\n2\r\nab\r\n0\r\n\r\n",
        ";a\r\nab\r\n0\r\n\r\n",
        // No chunk is that long: 2^63, 2^64 - 2, 2^64 - 1, 2^64, and 17 digits.
        "8000000000000000\r\nab\r\n0\r\n\r\n",
        "fffffffffffffffe\r\nab\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nab\r\n0\r\n\r\n",
        "10000000000000000\r\nab\r\n0\r\n\r\n",
        "20000000000000002\r\nab\r\n0\r\n\r\n",
        // The data is not followed by a line end.
        "2\r\nab0\r\n\r\n",
        "2\r\nabc\r\n0\r\n\r\n",
        "2\nab\r\n0\r\n\r\n",
        "2\r\nab\n0\r\n\r\n",
        "2;\nab\r\n0\r\n\r\n",
        "2\rab\r\n0\r\n\r\n",
    ];
    for path in ["/length", "/ignores"] {
        let request =
            |body: &str| post("transfer-encoding: chunked", body).replace("/length", path);
        assert_refused(sizes.map(|body| (request(body), "400"))).await;
    }
}

#[tokio::test]
async fn extensions_and_trailers_are_limited_and_ignored() {
    let chunked = |body: &str| post("transfer-encoding: chunked", body);
    let extension = "a".repeat(20 * 1024);
    let many = "x: y\r\n".repeat(200);
    let long = "y".repeat(40 * 1024);
    assert_refused([
        (chunked(&format!("2;{extension}\r\nab\r\n0\r\n\r\n")), "400"),
        (chunked(&"1;abcdefghij\r\na\r\n".repeat(2000)), "400"),
        (chunked(&format!("0;{extension}\r\n\r\n")), "400"),
        (chunked(&format!("0\r\n{many}\r\n")), "400"),
        (chunked(&format!("0\r\nx: {long}\r\n\r\n")), "400"),
        (chunked("0\r\n:path: /word\r\n\r\n"), "400"),
        (chunked("0\r\nx y: z\r\n\r\n"), "400"),
        (chunked("0\r\nx\r\n\r\n"), "400"),
    ])
    .await;

    let notes = Journal::new();
    let server = serve(app(&notes)).await;
    for body in [
        "2;name=value;\"x\"\r\nab\r\n0\r\n\r\n",
        "2\r\nab\r\n0\r\ncontent-length: 9\r\nhost: evil\r\ntransfer-encoding: gzip\r\n\r\n",
    ] {
        let request = chunked(body);
        let mut wire = Wire::to(server.addr()).await;
        wire.send(format!("{request}GET /word HTTP/1.1\r\nhost: test\r\n\r\n"))
            .await;
        assert_eq!(soon(wire.answer()).await.body, "2", "{body:?}");
        assert_eq!(soon(wire.answer()).await.body, "word", "{body:?}");
    }
}
