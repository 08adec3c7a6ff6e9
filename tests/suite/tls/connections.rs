//! Connections after their handshake: they behave as without TLS.

use std::time::Duration;

use bytes::Bytes;
use fastrs::{ServeConfig, prelude::*, testing::TestServer};
use h2::client;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::client::TlsStream;
use tracing::Level;

use super::authority::Authority;
use crate::{
    journal::{Gate, Journal, events, gate, journal},
    log::Log,
    waiting::{soon, until},
    websockets::{
        echo,
        http2::{connect_over, open},
        upgrade,
    },
    wire::{Wire, serve},
};

#[get("/word")]
async fn word() -> PlainText {
    PlainText("word".into())
}

const LENGTH: usize = 8 * 1024 * 1024;

#[get("/large")]
async fn large() -> Bytes {
    vec![b'x'; LENGTH].into()
}

#[post("/length", body_limit = 100_000_000)]
async fn length(body: Bytes) -> usize {
    body.len()
}

#[get("/cancels", cancel_on_disconnect)]
async fn cancels(#[depends(journal)] journal: &Journal) {
    struct Ends(Journal);
    impl Drop for Ends {
        fn drop(&mut self) {
            self.0.write("dropped");
        }
    }
    let _ends = Ends(journal.clone());
    journal.write("started");
    std::future::pending::<()>().await;
}

/// A server, and what its tests need.
struct Setup {
    authority: Authority,
    server: TestServer,
    gate: Gate,
    journal: Journal,
}

impl Setup {
    /// Starts a server; `None` if `openssl` is not installed.
    async fn start(config: ServeConfig) -> Option<Self> {
        let authority = Authority::new()?;
        let (opened, lines) = (Gate::closed(), Journal::new());
        let app = App::new("Connections", "1")
            .provide::<gate>(opened.clone())
            .provide::<journal>(lines.clone())
            .config(config.tls(authority.tls()))
            .routes(routes![word, large, length, events, cancels, echo]);
        Some(Self {
            server: serve(app).await,
            authority,
            gate: opened,
            journal: lines,
        })
    }

    async fn connect(&self) -> TlsStream<TcpStream> {
        let connected = self.authority.connect(self.server.addr(), &["http/1.1"]);
        connected.await.unwrap()
    }

    async fn http2(&self) -> client::SendRequest<Bytes> {
        let connected = self.authority.connect(self.server.addr(), &["h2"]);
        let (client, connection) = client::handshake(connected.await.unwrap()).await.unwrap();
        tokio::spawn(connection);
        client.ready().await.unwrap()
    }
}

/// The server frees the buffers of a connection that is idle, and closes it when it has been for too long.
#[tokio::test]
async fn an_idle_connection_goes_on() {
    let config = ServeConfig::new()
        .head_timeout(Duration::from_millis(400))
        .keep_alive_timeout(Duration::from_millis(1500));
    let Some(setup) = Setup::start(config).await else {
        return;
    };
    let mut wire = Wire::over(setup.connect().await);
    for _ in 0..3 {
        wire.request("GET /word").await;
        let answer = soon(wire.answer()).await;
        assert_eq!((answer.status(), &*answer.body), ("200", "word"));
        // It goes idle, which nothing announces: the test is about time.
        sleep(Duration::from_millis(150)).await;
    }
    // TLS's own sign of the end comes first; without it, this would be an error.
    assert_eq!(soon(wire.rest()).await, "");
}

#[tokio::test]
async fn the_last_response_ends_the_connection_cleanly() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    let mut wire = Wire::over(setup.connect().await);
    wire.send("GET /word HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        .await;
    let text = soon(wire.rest()).await;
    assert!(text.ends_with("\r\n\r\nword"), "{text}");
    // A client that closes its side, with or without TLS's own sign, receives the responses to what it sent.
    for is_clean in [true, false] {
        let mut stream = setup.connect().await;
        stream
            .write_all(b"GET /word HTTP/1.1\r\nhost: test\r\n\r\n")
            .await
            .unwrap();
        stream.flush().await.unwrap();
        match is_clean {
            true => stream.shutdown().await.unwrap(),
            false => stream.get_mut().0.shutdown().await.unwrap(),
        }
        let text = soon(Wire::over(stream).rest()).await;
        assert!(text.ends_with("\r\n\r\nword"), "{is_clean}: {text}");
    }
}

#[tokio::test]
async fn large_bodies_arrive() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    let mut stream = setup.connect().await;
    let mut wire = Wire::over(&mut stream);
    let head = format!("POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: {LENGTH}\r\n\r\n");
    wire.send(head).await;
    wire.send(vec![0; LENGTH]).await;
    assert_eq!(wire.answer().await.body, LENGTH.to_string());
    wire.request("GET /large").await;
    let head = wire.head().await;
    assert!(
        head.contains(&format!("content-length: {LENGTH}")),
        "{head}"
    );
    let mut body = vec![0; LENGTH];
    stream.read_exact(&mut body).await.unwrap();
    assert!(body.iter().all(|byte| *byte == b'x'));

    let mut client = setup.http2().await;
    let request = http::Request::post("https://localhost/length")
        .body(())
        .unwrap();
    let (response, mut sender) = client.send_request(request, false).unwrap();
    sender.send_data(vec![0; LENGTH].into(), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    assert_eq!(body.data().await.unwrap().unwrap(), LENGTH.to_string());
    let mut client = client.ready().await.unwrap();
    let request = http::Request::get("https://localhost/large")
        .body(())
        .unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    let mut body = response.await.unwrap().into_body();
    let mut length = 0;
    while let Some(data) = body.data().await {
        let data = data.unwrap();
        length += data.len();
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    assert_eq!(length, LENGTH);
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off() {
    let (log, _guard) = Log::start(Level::INFO);
    let config = ServeConfig::new().send_timeout(Duration::from_millis(300));
    let Some(setup) = Setup::start(config).await else {
        return;
    };
    let mut stream = setup.connect().await;
    Wire::over(&mut stream).request("GET /large").await;
    let mut lines = Vec::new();
    until(async || {
        lines.append(&mut log.take());
        lines
            .iter()
            .any(|line| line.contains("reset a connection whose client read nothing"))
    })
    .await;
    let mut read = Vec::new();
    let error = soon(stream.read_to_end(&mut read)).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(read.len() < LENGTH);
}

#[tokio::test]
async fn each_event_is_sent_at_once() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    let mut wire = Wire::over(setup.connect().await);
    wire.request("GET /events").await;
    soon(wire.head()).await;
    let first = "9\r\ndata: 1\n\n\r\n";
    assert_eq!(soon(wire.read(first.len())).await, first);
    let mut client = setup.http2().await;
    let request = http::Request::get("https://localhost/events")
        .body(())
        .unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    let mut body = soon(response).await.unwrap().into_body();
    assert_eq!(soon(body.data()).await.unwrap().unwrap(), "data: 1\n\n");
    setup.gate.open();
    setup.gate.open();
    assert_eq!(soon(wire.read(first.len())).await, first.replace('1', "2"));
    assert_eq!(soon(body.data()).await.unwrap().unwrap(), "data: 2\n\n");
}

#[tokio::test]
async fn a_handler_may_end_with_its_client() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    for is_clean in [true, false] {
        let mut stream = setup.connect().await;
        Wire::over(&mut stream).request("GET /cancels").await;
        setup.journal.until("started").await;
        if is_clean {
            stream.shutdown().await.unwrap();
        } else {
            drop(stream);
        }
        soon(setup.journal.until("dropped")).await;
        assert_eq!(setup.journal.take(), ["started", "dropped"]);
    }
}

#[tokio::test]
async fn a_websocket_may_be_encrypted() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    let message = b"\x81\x84\0\0\0\0tick";
    let mut stream = setup.connect().await;
    upgrade(&mut stream, "/echo").await;
    stream.write_all(message).await.unwrap();
    let mut answer = [0; 6];
    soon(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"\x81\x04tick");

    let connected = setup.authority.connect(setup.server.addr(), &["h2"]).await;
    let mut client = connect_over(connected.unwrap()).await;
    let (status, mut sender, mut body) = open(&mut client, "/echo", "websocket").await;
    assert_eq!(status, 200);
    sender
        .send_data(Bytes::from_static(message), false)
        .unwrap();
    assert_eq!(soon(body.data()).await.unwrap().unwrap()[..], answer);
}

/// Whoever can cut a TCP connection cannot make a request look complete: the end of TLS has its own message.
#[tokio::test]
async fn a_body_that_is_cut_off_is_not_a_whole_one() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    for framing in ["content-length: 80", "transfer-encoding: chunked"] {
        let mut stream = setup.connect().await;
        let head = format!("POST /length HTTP/1.1\r\nhost: test\r\n{framing}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(b"4\r\n1234\r\n").await.unwrap();
        stream.flush().await.unwrap();
        stream.get_mut().0.shutdown().await.unwrap();
        let mut answer = String::new();
        soon(stream.read_to_string(&mut answer)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer:?}");
    }
}

#[tokio::test]
async fn a_record_that_is_forged_or_too_long_ends_the_connection() {
    let Some(setup) = Setup::start(ServeConfig::new()).await else {
        return;
    };
    let forged = [b"\x17\x03\x03\0\x64", &[0; 100][..]].concat();
    let too_long = [b"\x17\x03\x03\xff\xff", &[0; 0xffff][..]].concat();
    for (record, alert) in [(forged, "BadRecordMac"), (too_long, "DecodeError")] {
        let mut stream = setup.connect().await;
        stream.write_all(b"GET /word HTTP/1.1\r\n").await.unwrap();
        stream.flush().await.unwrap();
        stream.get_mut().0.write_all(&record).await.unwrap();
        let error = soon(stream.read_to_end(&mut Vec::new())).await.unwrap_err();
        assert!(error.to_string().contains(alert), "{error}");
    }
}
