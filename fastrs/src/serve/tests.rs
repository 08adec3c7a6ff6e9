//! Tests of the server over real sockets, with deadlines short enough to wait for.

mod deadlines;
#[cfg(unix)]
mod half_close;
mod http;
mod listening;
mod shutdown;

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use ::http::request::Parts;

use super::server::{Cut, ShutdownReport};
use super::*;
use crate::body::{Body, Response};
use crate::request::{BoxFuture, RequestFuture};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, Semaphore};

/// Responds by path, and counts the requests started and finished.
#[derive(Default)]
struct App {
    begun: AtomicUsize,
    finished: AtomicUsize,
    dropped: AtomicUsize,
    drained: AtomicUsize,
    entered: Notify,
    gate: Option<Semaphore>,
}

struct OnDrop(Arc<App>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, SeqCst);
    }
}

impl Dispatch for App {
    fn dispatch(
        self: &Arc<Self>,
        head: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> DispatchedRequest {
        self.begun.fetch_add(1, SeqCst);
        let app = Arc::clone(self);
        let path = head.uri.path().to_owned();
        let on_disconnect = OnDisconnect::of(path == "/cancel");
        let future = Box::pin(async move {
            let guard = OnDrop(Arc::clone(&app));
            app.entered.notify_one();
            let response = match path.as_str() {
                "/gate" | "/cancel" => {
                    let gate = app.gate.as_ref().expect("a gate");
                    gate.acquire().await.expect("the gate is open").forget();
                    Body::from("through")
                }
                "/panic" => panic!("on purpose"),
                "/large" => Body::from(vec![b'x'; 1 << 20]),
                "/echo" => Body::from(body.collect(1 << 20).await.expect("a body")),
                "/early" => Body::from("no need to read"),
                "/peer" => Body::from(format!("{}", peer.is_some())),
                _ => Body::from(path),
            };
            app.finished.fetch_add(1, SeqCst);
            drop(guard);
            Response::new(response)
        });
        DispatchedRequest {
            future: RequestFuture::without_exits(future),
            on_disconnect,
        }
    }

    fn drain(self: &Arc<Self>) -> BoxFuture<'static, ()> {
        self.drained.fetch_add(1, SeqCst);
        Box::pin(std::future::ready(()))
    }
}

struct Server {
    runtime: Runtime,
    address: SocketAddr,
    app: Arc<App>,
    stop: StopHandle,
    serving: tokio::task::JoinHandle<ShutdownReport>,
}

fn short() -> ServeConfig {
    ServeConfig::new()
        .head_timeout(Duration::from_millis(200))
        .keep_alive_timeout(Duration::from_millis(500))
        .shutdown_timeout(Duration::from_secs(5))
}

fn start(config: ServeConfig) -> Server {
    start_app(App::default(), config)
}

fn start_app(app: App, config: ServeConfig) -> Server {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let app = Arc::new(app);
    let (handle, stop) = Stop::new();
    let (address, serving) = runtime.block_on(async {
        let listener = Listener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (
            address,
            tokio::spawn({
                let serving = serve(Arc::clone(&app), listener, config, stop, &|_| {});
                async { serving.await.unwrap() }
            }),
        )
    });
    Server {
        runtime,
        address,
        app,
        stop: handle,
        serving,
    }
}

fn gated() -> App {
    App {
        gate: Some(Semaphore::new(0)),
        ..App::default()
    }
}

impl Server {
    /// Waits until the port is free. Connecting would keep the server open: it serves its backlog first.
    fn wait_until_closed(&self) {
        until(|| TcpListener::bind(self.address).is_ok());
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        stream
    }

    /// Sends the bytes, and reads until the server closes the connection.
    fn send(&self, bytes: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        read_to_end(&mut stream)
    }

    fn wait(&self, what: impl Future) {
        let waited = async { tokio::time::timeout(Duration::from_secs(5), what).await };
        assert!(self.runtime.block_on(waited).is_ok(), "timed out");
    }

    fn open_gate(&self) {
        self.app.gate.as_ref().unwrap().add_permits(1);
    }

    fn until(&self, condition: impl Fn(&App) -> bool) {
        until(|| condition(&self.app));
    }

    fn stopped(self) -> ShutdownReport {
        self.runtime.block_on(self.serving).unwrap()
    }
}

/// Waits for a condition that no event announces.
fn until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(5), "timed out");
        std::thread::yield_now();
    }
}

fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Reads one response that has a `Content-Length`.
fn read_response(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        text.push(byte[0].into());
    }
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap_or("0");
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    text + std::str::from_utf8(&body).unwrap()
}

/// Reads one HTTP/2 frame and returns its type and payload.
fn read_frame(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).ok()?;
    let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
    stream.read_exact(&mut payload).ok()?;
    Some((head[3], payload))
}

const GET: &str = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
const GET_AND_CLOSE: &str = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
