//! Connections that the program accepts itself.

use std::{io, net::SocketAddr, time::Duration};

use fastrs::{Accept, Bind, ServeConfig, prelude::*};
use h2::client;
use tokio::{
    io::{BufWriter, DuplexStream, duplex},
    sync::{Mutex, mpsc},
    task::JoinHandle,
    time::sleep,
};

use crate::{waiting::soon, wire::Wire};

/// What a source returns next. A write stays in the buffer until it is flushed, as with TLS.
type Accepted = io::Result<(BufWriter<DuplexStream>, Option<SocketAddr>)>;

struct Source(Mutex<mpsc::UnboundedReceiver<Accepted>>);

impl Accept for Source {
    type Stream = BufWriter<DuplexStream>;

    async fn accept(&self) -> Accepted {
        match self.0.lock().await.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }
}

#[get("/peer")]
async fn peer(client: Option<ClientAddr>) -> PlainText {
    PlainText(client.map_or("nobody".to_owned(), |client| client.0.to_string()))
}

#[get("/long")]
async fn long() -> PlainText {
    PlainText("x".repeat(100_000))
}

/// Serves what is sent to it, until it is dropped.
struct Served {
    source: mpsc::UnboundedSender<Accepted>,
    serving: JoinHandle<()>,
}

impl Served {
    fn start() -> Self {
        let (source, accepted) = mpsc::unbounded_channel();
        let config = ServeConfig::new().head_timeout(Duration::from_millis(400));
        let app = App::new("Sources", "1")
            .config(config)
            .routes(routes![peer, long]);
        let bind = Bind::accept(Source(Mutex::new(accepted)));
        let serving = tokio::spawn(async move { app.serve(bind).await.unwrap() });
        Self { source, serving }
    }

    fn connect(&self, peer: Option<SocketAddr>) -> DuplexStream {
        let (client, server) = duplex(1024);
        self.source
            .send(Ok((BufWriter::new(server), peer)))
            .unwrap();
        client
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[tokio::test]
async fn a_program_may_accept_connections_itself() {
    let served = Served::start();
    let address = SocketAddr::from(([192, 0, 2, 1], 5000));
    for (peer, expected) in [(None, "nobody"), (Some(address), "192.0.2.1:5000")] {
        let mut wire = Wire::over(served.connect(peer));
        for _ in 0..2 {
            wire.request("GET /peer").await;
            assert_eq!(soon(wire.answer()).await.body, expected);
            wire.request("GET /long").await;
            assert_eq!(soon(wire.answer()).await.body.len(), 100_000);
            // It goes idle, which nothing announces: the test is about time.
            sleep(Duration::from_millis(150)).await;
        }
        assert_eq!(soon(wire.half_close()).await, "");
    }
}

#[tokio::test]
async fn a_source_may_fail_and_go_on() {
    let served = Served::start();
    for kind in [io::ErrorKind::ConnectionReset, io::ErrorKind::Other] {
        served.source.send(Err(kind.into())).unwrap();
        let mut wire = Wire::over(served.connect(None));
        wire.request("GET /peer").await;
        assert_eq!(soon(wire.answer()).await.body, "nobody");
    }
}

#[tokio::test]
async fn its_clients_may_use_http2() {
    let served = Served::start();
    let (client, connection) = client::handshake(served.connect(None)).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let request = http::Request::get("http://test/peer").body(()).unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    let mut body = soon(response).await.unwrap().into_body();
    assert_eq!(body.data().await.unwrap().unwrap(), "nobody");
}
