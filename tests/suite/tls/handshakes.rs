//! Which connections begin, and what the others are told.

use std::{io::ErrorKind, process::Output, time::Duration};

use fastrs::{ServeConfig, prelude::*, testing::TestServer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    process::Command,
};
use tracing::Level;

use super::authority::{Authority, has};
use crate::{
    log::Log,
    waiting::{soon, until_idle},
    wire::{Wire, serve},
};

#[get("/version")]
async fn version(req: &Request) -> PlainText {
    PlainText(format!("{:?}", req.version()))
}

fn app() -> App {
    App::new("Handshakes", "1").routes(routes![version])
}

/// Makes a request with `curl`.
async fn curl(authority: &Authority, arguments: &[&str], url: &str) -> Output {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--max-time", "5", "--cacert"]);
    command
        .arg(authority.path("ca.pem"))
        .args(arguments)
        .arg(url);
    command.output().await.unwrap()
}

fn url(server: &TestServer, path: &str) -> String {
    let url = server.url(path);
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    url
}

#[tokio::test]
async fn curl_chooses_the_protocol() {
    let Some(authority) = Authority::new().filter(|_| has("curl")) else {
        return;
    };
    let server = authority.serve(app()).await;
    let url = url(&server, "/version");
    for (arguments, version) in [
        (&["--http1.1"][..], "HTTP/1.1"),
        (&["--http1.0"], "HTTP/1.0"),
        (&["--http2"], "HTTP/2.0"),
        (&["--no-alpn"], "HTTP/1.1"),
        (&["--tls-max", "1.2"], "HTTP/2.0"),
        (&["--tlsv1.3"], "HTTP/2.0"),
    ] {
        let output = curl(&authority, arguments, &url).await;
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(text, version, "{arguments:?}: {output:?}");
    }
}

#[tokio::test]
async fn the_handshake_decides_the_protocol() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let config = ServeConfig::new().tls(authority.tls());
    let with_http2 = serve(app().config(config.clone())).await;
    let without = serve(app().config(config.http2(false))).await;
    let both = &["h2", "http/1.1"][..];
    for (server, offered, expected) in [
        (&with_http2, both, Some("h2")),
        (&with_http2, &["http/1.1", "h2"], Some("h2")),
        (&with_http2, &["http/1.1"], Some("http/1.1")),
        (&with_http2, &[], None),
        (&without, both, Some("http/1.1")),
        (&without, &[], None),
    ] {
        let stream = authority.connect(server.addr(), offered).await.unwrap();
        let agreed = stream.get_ref().1.alpn_protocol();
        assert_eq!(agreed, expected.map(str::as_bytes), "{offered:?}");
        if expected == Some("h2") {
            continue;
        }
        let mut wire = Wire::over(stream);
        wire.request("GET /version").await;
        assert_eq!(wire.answer().await.body, "HTTP/1.1", "{offered:?}");
        // HTTP/2 without an agreement.
        let mut stream = authority.connect(server.addr(), offered).await.unwrap();
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        stream.write_all(preface).await.unwrap();
        let end = end(&mut stream).await;
        assert!(end.starts_with(b"HTTP/1.1 505 "), "{offered:?}");
    }
    let error = authority
        .connect(with_http2.addr(), &["spdy/3"])
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("NoApplicationProtocol"),
        "{error}"
    );
}

#[tokio::test]
async fn http_without_tls_is_told_so() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let (log, _guard) = Log::start(Level::DEBUG);
    let server = authority.serve(app()).await;
    for request in [
        "GET / HTTP/1.1\r\nhost: test\r\n\r\n".to_owned(),
        format!(
            "POST / HTTP/1.1\r\nhost: test\r\n\r\n{}",
            "x".repeat(100_000)
        ),
        "x".to_owned(),
    ] {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&request).await;
        let answer = soon(wire.half_close()).await;
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{head}"
        );
        assert_eq!(body, "This port speaks HTTPS: use https:// and not http://");
    }
    let lines = log.take();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains("not TLS")),
        "{lines:?}"
    );
}

/// The start of a hello: the head of a record, and of the message in it.
const HELLO: &[u8] = b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03";

/// Reads to the end of a connection, which may be reset, or end without the goodbye of TLS.
async fn end(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut read = Vec::new();
    if let Err(error) = soon(stream.read_to_end(&mut read)).await {
        let ends = [ErrorKind::ConnectionReset, ErrorKind::UnexpectedEof];
        assert!(ends.contains(&error.kind()), "{error}");
    }
    read
}

#[tokio::test]
async fn a_hello_that_is_not_one_ends_the_connection() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = authority.serve(app()).await;
    let oversized = [b"\x16\x03\x01\xff\xff", &[0; 100][..]].concat();
    let wrong = [b"\x16\x03\x01\0\x04\x02\0\0\0".as_slice(), &[0; 100]].concat();
    for hello in [oversized, wrong, HELLO.to_vec()] {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.write_all(&hello).await.unwrap();
        stream.shutdown().await.unwrap();
        let read = end(&mut stream).await;
        // A fatal alert, if anything.
        assert!(
            read.is_empty() || read.starts_with(b"\x15\x03\x03\0\x02\x02"),
            "{read:?}"
        );
    }
    let mut wire = Wire::over(authority.connect(server.addr(), &[]).await.unwrap());
    wire.request("GET /version").await;
    assert_eq!(wire.answer().await.status(), "200");
}

/// Many handshakes that do not continue delay no other client, and end at the deadline for heads.
#[tokio::test]
async fn a_handshake_has_a_deadline_and_delays_nobody() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let config = ServeConfig::new()
        .head_timeout(Duration::from_millis(500))
        .tls(authority.tls());
    let server = serve(app().config(config)).await;
    let mut slow = Vec::new();
    for number in 0..100 {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream
            .write_all(&HELLO[..number % HELLO.len()])
            .await
            .unwrap();
        slow.push(stream);
    }
    let mut wire = Wire::over(authority.connect(server.addr(), &[]).await.unwrap());
    wire.request("GET /version").await;
    assert_eq!(wire.answer().await.status(), "200");
    for mut stream in slow {
        assert_eq!(end(&mut stream).await, b"");
    }
    // The head has its own time.
    let wire = Wire::over(authority.connect(server.addr(), &[]).await.unwrap());
    assert_eq!(soon(wire.rest()).await, "");
}

/// It may take longer than a drain waits for a connection that has sent nothing.
#[tokio::test]
async fn a_shutdown_does_not_cut_off_a_handshake_that_has_begun() {
    let Some(authority) = Authority::new() else {
        return;
    };
    let server = authority.serve(app()).await;
    let address = server.addr();
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let through = proxy.local_addr().unwrap();
    let client = tokio::spawn(async move { authority.connect(through, &[]).await });
    let (mut from, _) = proxy.accept().await.unwrap();
    let mut to = TcpStream::connect(address).await.unwrap();
    let mut part = [0; 100];
    from.read_exact(&mut part).await.unwrap();
    to.write_all(&part).await.unwrap();
    let mut silent = TcpStream::connect(address).await.unwrap();
    until_idle().await;

    let stopping = tokio::spawn(server.stop());
    assert_eq!(end(&mut silent).await, b"");
    let relay = tokio::spawn(async move { copy_bidirectional(&mut from, &mut to).await });
    let mut wire = Wire::over(soon(client).await.unwrap().unwrap());
    wire.request("GET /version").await;
    assert_eq!(soon(wire.answer()).await.status(), "200");
    assert_eq!(soon(wire.rest()).await, "");
    soon(stopping).await.unwrap();
    relay.abort();
}
