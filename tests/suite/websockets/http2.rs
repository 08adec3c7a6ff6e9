//! WebSockets over HTTP/2 (RFC 8441).

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use fastrs::{App, ServeConfig, StaticFiles, prelude::*, response::Sse};
use h2::{
    RecvStream, SendStream,
    client::{self, SendRequest},
    ext::Protocol,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::{app, pings, pong};
use crate::{
    journal::{Journal, journal},
    waiting::soon,
    wire::serve,
};

/// Connects, and waits until the server has allowed the protocol.
pub(crate) async fn connect(address: SocketAddr) -> SendRequest<Bytes> {
    connect_over(TcpStream::connect(address).await.unwrap()).await
}

/// The same over a connection that is open.
pub(crate) async fn connect_over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> SendRequest<Bytes> {
    let (client, connection) = client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    while !client.is_extended_connect_protocol_enabled() {
        tokio::task::yield_now().await;
        client = client.ready().await.unwrap();
    }
    client
}

/// Opens a stream for another protocol.
pub(crate) async fn open(
    client: &mut SendRequest<Bytes>,
    path: &str,
    protocol: &'static str,
) -> (http::StatusCode, SendStream<Bytes>, RecvStream) {
    let request = http::Request::connect(format!("http://test{path}"))
        .extension(Protocol::from_static(protocol))
        .header("sec-websocket-version", "13")
        .body(())
        .unwrap();
    let (response, sender) = client.send_request(request, false).unwrap();
    let response = response.await.unwrap();
    (response.status(), sender, response.into_body())
}

async fn receive(body: &mut RecvStream, count: usize) -> Vec<u8> {
    let mut received = Vec::new();
    while received.len() < count {
        let data = body.data().await.unwrap().unwrap();
        body.flow_control().release_capacity(data.len()).unwrap();
        received.extend_from_slice(&data);
    }
    received
}

#[tokio::test]
async fn a_stream_is_a_websocket() {
    // The connection has no other request, and is not idle.
    let config = ServeConfig::new().keep_alive_timeout(Duration::from_millis(50));
    let server = serve(app().config(config)).await;
    let mut client = connect(server.addr()).await;
    let (status, mut sender, mut body) = open(&mut client, "/echo", "websocket").await;
    assert_eq!(status, 200);
    for _ in 0..5 {
        let hello = Bytes::from_static(b"\x81\x85\0\0\0\0hello");
        sender.send_data(hello, false).unwrap();
        assert_eq!(receive(&mut body, 7).await, b"\x81\x05hello");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stopping = tokio::spawn(server.stop());
    let close = receive(&mut body, 4).await;
    assert_eq!(close[..1], [0x88]);
    assert_eq!(close[2..4], 1001_u16.to_be_bytes());
    let close = Bytes::from_static(b"\x88\x82\0\0\0\0\x03\xe9");
    sender.send_data(close, true).unwrap();
    soon(stopping).await.unwrap();
}

#[tokio::test]
async fn another_protocol_is_not_a_websocket() {
    let server = serve(app()).await;
    let mut client = connect(server.addr()).await;
    let (status, ..) = open(&mut client, "/echo", "other").await;
    assert_eq!(status, 405);
}

/// Records that it ran.
#[get("/plain")]
async fn plain(#[depends(journal)] journal: &Journal) -> u8 {
    journal.write("ran");
    1
}

#[route("/any/<path..>", methods = ["GET", "POST"])]
async fn any(path: String) -> String {
    path
}

#[post("/posted")]
async fn posted() {}

#[get("/events")]
async fn events() -> Sse<u8> {
    Sse::generate(|out| async move { out.send(1).await })
}

/// A 2xx would tell the client that its socket is open.
#[tokio::test]
async fn a_path_that_is_not_a_websocket_refuses_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("site.css"), "").unwrap();
    std::fs::write(folder.path().join("index.html"), "").unwrap();
    let journal = Journal::new();
    let routes = || routes![plain, any, posted, events];
    let provide = |app: App| app.provide::<crate::journal::journal>(journal.clone());
    let inner = provide(app().routes(routes()));
    let inner = inner.into_service().await.unwrap();
    let axum = axum::Router::new().route("/plain", axum::routing::get(|| async { "plain" }));
    let outer = || {
        provide(app().routes(routes()))
            .static_files("/w", StaticFiles::new(folder.path()))
            .frontend("/spa", folder.path())
            .mount("/inner", inner.clone())
            .mount("/axum", axum.clone())
    };
    let layer = tower_http::set_header::SetResponseHeaderLayer::overriding(
        http::header::SERVER,
        http::HeaderValue::from_static("fastrs"),
    );
    for app in [outer(), outer().layer(layer)] {
        let server = serve(app).await;
        let mut client = connect(server.addr()).await;
        for path in [
            "/plain",
            "/any/path",
            "/posted",
            "/events",
            "/docs",
            "/openapi.json",
            "/w/site.css",
            "/spa/",
            "/spa/anything",
            "/inner/plain",
            "/inner/docs",
            "/axum/plain",
        ] {
            let (status, ..) = open(&mut client, path, "websocket").await;
            assert_eq!(status, 405, "{path}");
        }
        let (status, ..) = open(&mut client, "/nowhere", "websocket").await;
        assert_eq!(status, 404);
        assert_eq!(journal.take(), Vec::<String>::new());
        for path in ["/echo", "/inner/echo"] {
            let (status, mut sender, mut body) = open(&mut client, path, "websocket").await;
            assert_eq!(status, 200, "{path}");
            let hello = Bytes::from_static(b"\x81\x85\0\0\0\0hello");
            sender.send_data(hello, false).unwrap();
            assert_eq!(receive(&mut body, 7).await, b"\x81\x05hello");
        }
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_pongs_receives_only_the_latest() {
    const LAST_PING: u64 = 20_000;
    let server = serve(app()).await;
    let mut client = connect(server.addr()).await;
    let (_, mut sender, mut body) = open(&mut client, "/echo", "websocket").await;
    for from in (0..=LAST_PING).step_by(100) {
        let to = (from + 100).min(LAST_PING + 1);
        let pings = Bytes::from(pings(from, to));
        sender.reserve_capacity(pings.len());
        while sender.capacity() < pings.len() {
            let more = std::future::poll_fn(|task| sender.poll_capacity(task)).await;
            more.unwrap().unwrap();
        }
        sender.send_data(pings, false).unwrap();
    }
    let mut pongs = 0;
    loop {
        pongs += 1;
        if receive(&mut body, 127).await == pong(LAST_PING) {
            break;
        }
    }
    assert!(pongs < LAST_PING / 2, "{pongs} pongs");
}
