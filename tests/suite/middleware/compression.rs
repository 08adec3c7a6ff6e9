//! `Compression` and `RequestDecompression`, with Python's and the crates' own coders on the other side.

use std::io::{Read, Write};

use fastrs::{
    middleware::{Compression, RequestDecompression},
    prelude::*,
    testing::{TestClient, TestResponse},
};
use tokio::sync::mpsc;

const TEXT: &str = "compressible ";

#[get("/text")]
async fn text(bytes: usize) -> PlainText {
    PlainText(TEXT.repeat(bytes / TEXT.len() + 1)[..bytes].to_owned())
}

#[get("/image")]
async fn image(reply: &mut Reply) -> Bytes {
    reply.header("content-type", "image/png");
    TEXT.repeat(100).into()
}

#[get("/tagged")]
async fn tagged(reply: &mut Reply) -> PlainText {
    reply.header("etag", "\"v1\"").header("vary", "Origin");
    PlainText(TEXT.repeat(100))
}

#[get("/fixed")]
async fn fixed(reply: &mut Reply) -> PlainText {
    reply.header("cache-control", "public, no-transform");
    PlainText(TEXT.repeat(100))
}

#[get("/events")]
async fn events() -> Sse<&'static str> {
    Sse::generate(|out| async move {
        for _ in 0..100 {
            out.send(ServerSentEvent::new(TEXT)).await?;
        }
        Ok(())
    })
}

fn app(compression: Compression) -> App {
    App::new("Compressed", "1")
        .routes(routes![text, image, tagged, fixed, events])
        .layer(compression)
}

/// Decodes the body of a response.
fn decoded(answer: &TestResponse) -> Vec<u8> {
    let bytes = &answer.bytes()[..];
    let mut out = Vec::new();
    match answer.header("content-encoding") {
        Some("gzip") => drop(
            flate2::read::GzDecoder::new(bytes)
                .read_to_end(&mut out)
                .unwrap(),
        ),
        Some("br") => drop(
            brotli::Decompressor::new(bytes, 4096)
                .read_to_end(&mut out)
                .unwrap(),
        ),
        Some("zstd") => out = zstd::decode_all(bytes).unwrap(),
        _ => out = bytes.to_vec(),
    }
    out
}

#[tokio::test]
async fn every_coding_and_size() {
    let client = TestClient::start(app(Compression::new())).await;
    for coding in ["gzip", "br", "zstd"] {
        for bytes in [500, 65_536, 65_537, 1_000_000] {
            let answer = client
                .get(&format!("/text?bytes={bytes}"))
                .header("accept-encoding", coding)
                .await;
            assert_eq!(answer.header("content-encoding"), Some(coding));
            assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
            let expected = TEXT.repeat(bytes / TEXT.len() + 1);
            assert_eq!(
                decoded(&answer),
                expected.as_bytes()[..bytes],
                "{coding} {bytes}"
            );
            assert!(
                answer.bytes().len() < bytes / 4,
                "{coding} {bytes}: {}",
                answer.bytes().len()
            );
            if bytes <= 65_536 {
                let length = answer
                    .header("content-length")
                    .map(|length| length.parse().unwrap());
                assert_eq!(length.unwrap_or(answer.bytes().len()), answer.bytes().len());
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_compressed() {
    let client = TestClient::start(app(Compression::new())).await;
    for (path, varies) in [
        ("/text?bytes=499", None),
        ("/image", None),
        ("/fixed", None),
        ("/events", None),
        ("/nowhere", None),
    ] {
        let answer = client.get(path).header("accept-encoding", "gzip").await;
        assert_eq!(
            (answer.header("content-encoding"), answer.header("vary")),
            (None, varies),
            "{path}"
        );
    }
    let answer = client
        .get("/text?bytes=500")
        .header("accept-encoding", "identity")
        .await;
    assert_eq!(
        (answer.header("content-encoding"), answer.header("vary")),
        (None, Some("Accept-Encoding"))
    );
    // A response to `HEAD` has the headers of the response to `GET`.
    for path in ["/text?bytes=5000", "/text?bytes=500000"] {
        let [get, head] = [client.get(path), client.head(path)]
            .map(|request| request.header("accept-encoding", "gzip"));
        let (get, head) = (get.await, head.await);
        assert_eq!(head.header("content-encoding"), Some("gzip"));
        assert_eq!(head.header("content-length"), get.header("content-length"));
    }
}

#[tokio::test]
async fn validators_and_options() {
    let client = TestClient::start(app(Compression::gzip().minimum_size(1).level(9))).await;
    let answer = client
        .get("/tagged")
        .header("accept-encoding", "br, zstd, gzip;q=0.1")
        .await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(answer.header("etag"), Some("W/\"v1\""));
    assert_eq!(answer.header("vary"), Some("Origin, Accept-Encoding"));
    let answer = client
        .get("/text?bytes=1")
        .header("accept-encoding", "gzip")
        .await;
    assert_eq!(decoded(&answer), b"c");
    let answer = client
        .get("/text?bytes=0")
        .header("accept-encoding", "gzip")
        .await;
    assert_eq!(answer.header("content-encoding"), None);
}

#[dependency(scope = "app")]
async fn lines() -> std::sync::Arc<tokio::sync::Mutex<mpsc::Receiver<&'static str>>> {
    unreachable!("the test provides it")
}

#[get("/stream")]
async fn stream(
    #[depends(lines)] lines: &std::sync::Arc<tokio::sync::Mutex<mpsc::Receiver<&'static str>>>,
) -> Streaming {
    let lines = lines.clone();
    Streaming::generate(|out| async move {
        while let Some(line) = lines.lock().await.recv().await {
            out.send(line).await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn a_stream_is_not_held_back() {
    for coding in ["gzip", "br", "zstd"] {
        let (send, receive) = mpsc::channel(1);
        let receive = std::sync::Arc::new(tokio::sync::Mutex::new(receive));
        let app = App::new("Streams", "1")
            .routes(routes![stream])
            .provide::<lines>(receive);
        let client = TestClient::start(app.layer(Compression::new())).await;
        send.send("first\n").await.unwrap();
        let mut answer = client
            .get("/stream")
            .header("accept-encoding", coding)
            .stream()
            .await;
        assert_eq!(answer.headers()["content-encoding"], coding);
        let mut received = answer
            .chunk()
            .await
            .expect("the first line, before the second is sent")
            .to_vec();
        assert!(!received.is_empty());
        send.send("second\n").await.unwrap();
        drop(send);
        while let Some(piece) = answer.chunk().await {
            received.extend_from_slice(&piece);
        }
        let mut out = Vec::new();
        match coding {
            "gzip" => drop(
                flate2::read::GzDecoder::new(&received[..])
                    .read_to_end(&mut out)
                    .unwrap(),
            ),
            "br" => drop(
                brotli::Decompressor::new(&received[..], 4096)
                    .read_to_end(&mut out)
                    .unwrap(),
            ),
            _ => out = zstd::decode_all(&received[..]).unwrap(),
        }
        assert_eq!(out, b"first\nsecond\n", "{coding}");
    }
}

#[post("/length", body_limit = 3_000_000)]
async fn length(body: Bytes) -> usize {
    body.len()
}

#[post("/sum")]
async fn sum(#[body] numbers: Vec<u64>) -> u64 {
    numbers.iter().sum()
}

fn encoded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" | "x-gzip" => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 22);
            encoder.write_all(bytes).unwrap();
            encoder.into_inner()
        }
        "zstd" => zstd::encode_all(bytes, 19).unwrap(),
        _ => bytes.to_vec(),
    }
}

#[tokio::test]
async fn requests() {
    let app = App::new("Sums", "1")
        .routes(routes![length, sum])
        .layer(RequestDecompression::new());
    let document = app.document();
    assert!(document["paths"]["/sum"]["post"]["responses"]["415"].is_object());
    let client = TestClient::start(app).await;
    let numbers: Vec<u64> = (0..1000).collect();
    let json = serde_json::to_vec(&numbers).unwrap();
    for coding in ["gzip", "x-gzip", "br", "zstd", "identity", "GZIP"] {
        let body = encoded(&coding.to_lowercase(), &json);
        let post = |body: Vec<u8>| {
            let request = client
                .post("/sum")
                .header("content-type", "application/json");
            request.header("content-encoding", coding).body(body)
        };
        let answer = post(body.clone()).await;
        assert_eq!(
            (answer.status().as_u16(), answer.text()),
            (200, "499500".into()),
            "{coding}"
        );
        if coding == "identity" {
            continue;
        }
        assert_eq!(
            post(body[..body.len() / 2].to_vec()).await.status(),
            400,
            "{coding}: cut off"
        );
        assert_eq!(
            post(b"not compressed at all".to_vec()).await.status(),
            400,
            "{coding}"
        );
        assert_ne!(post(Vec::new()).await.status(), 200, "{coding}: nothing");
    }
    for coding in ["deflate", "gzip, gzip", "compress", ""] {
        let answer = client
            .post("/length")
            .header("content-encoding", coding)
            .body(json.clone())
            .await;
        assert_eq!(answer.status(), 415, "{coding}");
        assert_eq!(answer.header("accept-encoding"), Some("zstd, br, gzip"));
    }
}

#[tokio::test]
async fn bombs() {
    let app = App::new("Bombs", "1")
        .routes(routes![length])
        .layer(RequestDecompression::new());
    let client = TestClient::start(app).await;
    for coding in ["gzip", "br", "zstd"] {
        // A hundred times as long, and more than the limit of the route.
        let bomb = encoded(coding, &vec![0; 200_000_000]);
        let answer = client
            .post("/length")
            .header("content-encoding", coding)
            .body(bomb)
            .await;
        assert_eq!(answer.status(), 413, "{coding}");
        // Within the limit, but nobody compresses text that well.
        let small = encoded(coding, &vec![0; 2_000_000]);
        let answer = client
            .post("/length")
            .header("content-encoding", coding)
            .body(small)
            .await;
        assert_eq!(answer.status(), 413, "{coding}");
        // A short body may be compressed by more than a hundred.
        let short = encoded(coding, &vec![0; 60_000]);
        let answer = client
            .post("/length")
            .header("content-encoding", coding)
            .body(short)
            .await;
        assert_eq!(
            (answer.status().as_u16(), answer.text()),
            (200, "60000".into()),
            "{coding}"
        );
    }
}
