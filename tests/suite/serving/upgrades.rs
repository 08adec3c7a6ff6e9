//! Connections after an upgrade from HTTP: they are in flight, and are notified when the server shuts down.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use fastrs::{Body, Response, ServeConfig, Shutdown, prelude::*};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_service::Service;

use crate::{
    waiting::{until_closed, until_idle},
    wire::{Wire, serve},
};

/// Echoes what it receives, line by line, until the client disconnects or the server shuts down.
async fn repeat(upgrade: OnUpgrade, shutdown: Shutdown) {
    let mut client = TokioIo::new(upgrade.await.unwrap());
    let mut bytes = [0; 100];
    loop {
        tokio::select! {
            read = client.read(&mut bytes) => match read.unwrap() {
                0 => return,
                count => client.write_all(&bytes[..count]).await.unwrap(),
            },
            () = shutdown.requested() => {
                client.write_all(b"goodbye").await.unwrap();
                client.shutdown().await.unwrap();
                return;
            }
        }
    }
}

fn switching() -> Response {
    let answer = http::Response::builder()
        .status(101)
        .header("connection", "upgrade")
        .header("upgrade", "repeat");
    answer.body(Body::empty()).unwrap()
}

#[get("/handler")]
async fn handler(req: &Request) -> Response {
    let upgrade = req.extensions().get::<OnUpgrade>().unwrap();
    let shutdown = req.extensions().get::<Shutdown>().unwrap();
    assert!(!shutdown.is_requested());
    tokio::spawn(repeat(upgrade.clone(), shutdown.clone()));
    switching()
}

/// Upgrades as tower's services do.
#[derive(Clone)]
struct Mounted;

impl Service<http::Request<Body>> for Mounted {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        let upgrade = hyper::upgrade::on(&mut request);
        let shutdown = request.extensions().get::<Shutdown>().unwrap().clone();
        tokio::spawn(repeat(upgrade, shutdown));
        ready(Ok(switching()))
    }
}

/// Sends nothing, and only ends when its client disconnects.
#[get("/silent")]
async fn silent(req: &Request) -> Response {
    let upgrade = req.extensions().get::<OnUpgrade>().unwrap().clone();
    tokio::spawn(async {
        let mut client = TokioIo::new(upgrade.await.unwrap());
        while client.read(&mut [0; 100]).await.unwrap() > 0 {}
    });
    switching()
}

fn app() -> App {
    let config = ServeConfig::new()
        .head_timeout(Duration::from_millis(200))
        .keep_alive_timeout(Duration::from_millis(200));
    App::new("Upgrades", "1")
        .config(config)
        .routes(routes![handler, silent])
        .mount("/mounted", Mounted)
}

async fn upgraded(server: &fastrs::testing::TestServer, path: &str) -> Wire {
    let mut wire = Wire::to(server.addr()).await;
    let fields = "host: test\r\nconnection: upgrade\r\nupgrade: repeat";
    // The bytes after the head already belong to the other protocol.
    wire.send(&format!("GET {path} HTTP/1.1\r\n{fields}\r\n\r\nfirst\n\n"))
        .await;
    assert!(wire.head().await.starts_with("HTTP/1.1 101 "));
    wire
}

#[tokio::test]
async fn an_upgraded_connection_is_notified_of_a_shutdown() {
    for path in ["/handler", "/mounted/"] {
        let server = serve(app()).await;
        let mut wire = upgraded(&server, path).await;
        assert_eq!(wire.read(7).await, "first\n\n");
        // Deadlines only apply to HTTP: the test is about time.
        tokio::time::sleep(Duration::from_millis(500)).await;
        wire.send("second").await;
        assert_eq!(wire.read(6).await, "second");

        let start = Instant::now();
        let stopping = tokio::spawn(server.stop());
        assert_eq!(wire.rest().await, "goodbye", "{path}");
        stopping.await.unwrap();
        assert!(start.elapsed() < Duration::from_secs(5), "{path}");
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_an_upgraded_connection() {
    let server = serve(app()).await;
    let wire = upgraded(&server, "/silent").await;
    let address = server.addr();
    let stopping = tokio::spawn(server.stop());
    until_closed(address).await;
    until_idle().await;
    assert!(!stopping.is_finished());
    drop(wire);
    stopping.await.unwrap();
}

/// A streaming response is in flight until its last byte.
#[tokio::test]
async fn a_shutdown_waits_for_a_streaming_response() {
    #[derive(Clone)]
    struct Streams(std::sync::Arc<std::sync::Mutex<Option<tokio::sync::mpsc::Receiver<Bytes>>>>);

    struct Items(tokio::sync::mpsc::Receiver<Bytes>);

    impl http_body::Body for Items {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
            let item = self.0.poll_recv(cx);
            item.map(|item| item.map(|item| Ok(http_body::Frame::data(item))))
        }
    }

    impl Service<http::Request<Body>> for Streams {
        type Response = Response;
        type Error = Infallible;
        type Future = Ready<Result<Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: http::Request<Body>) -> Self::Future {
            let items = self.0.lock().unwrap().take().unwrap();
            ready(Ok(Response::new(Body::new(Items(items)))))
        }
    }

    let (items, receiver) = tokio::sync::mpsc::channel(1);
    let receiver = std::sync::Arc::new(std::sync::Mutex::new(Some(receiver)));
    let server = serve(app().mount("/stream", Streams(receiver))).await;
    let mut wire = Wire::to(server.addr()).await;
    wire.request("GET /stream/").await;
    wire.head().await;
    let address = server.addr();
    let stopping = tokio::spawn(server.stop());
    until_closed(address).await;
    for _ in 0..4 {
        until_idle().await;
        assert!(!stopping.is_finished());
        items.send(Bytes::from_static(b"item")).await.unwrap();
        assert_eq!(wire.read(9).await, "4\r\nitem\r\n");
    }
    drop(items);
    assert_eq!(wire.rest().await, "0\r\n\r\n");
    stopping.await.unwrap();
}
