//! The server over real sockets, with deadlines short enough to wait for.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Instant;

use super::*;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, Semaphore};

/// Answers by path; counts what was begun and what was finished.
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
    fn dispatch(self: &Arc<Self>, request: Request<Body>, peer: Option<SocketAddr>) -> Dispatched {
        self.begun.fetch_add(1, SeqCst);
        let app = Arc::clone(self);
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        assert!(path != "/panic-at-once");
        let detach = path != "/cancel";
        let future = Box::pin(async move {
            let guard = OnDrop(Arc::clone(&app));
            app.entered.notify_one();
            let answer = match path.as_str() {
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
            Response::new(answer)
        });
        Dispatched { future, detach }
    }

    fn drain(self: &Arc<Self>) -> BoxFuture<()> {
        self.drained.fetch_add(1, SeqCst);
        Box::pin(std::future::ready(()))
    }
}

struct Server {
    runtime: Runtime,
    address: SocketAddr,
    app: Arc<App>,
    stop: StopHandle,
    serving: tokio::task::JoinHandle<Drained>,
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
    let (stop, order) = Stop::new();
    let (address, serving) = runtime.block_on(async {
        let listener = Listener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (
            address,
            tokio::spawn(serve(Arc::clone(&app), listener, config, order)),
        )
    });
    Server {
        runtime,
        address,
        app,
        stop,
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
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        stream
    }

    /// Sends the bytes and reads until the server closes.
    fn send(&self, bytes: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        read_to_end(&mut stream)
    }

    fn wait(&self, what: impl Future) {
        let waited = async { tokio::time::timeout(Duration::from_secs(5), what).await };
        assert!(self.runtime.block_on(waited).is_ok(), "waited in vain");
    }

    fn open_gate(&self) {
        self.app.gate.as_ref().unwrap().add_permits(1);
    }

    fn until(&self, condition: impl Fn(&App) -> bool) {
        let start = Instant::now();
        while !condition(&self.app) {
            assert!(start.elapsed() < Duration::from_secs(5), "waited in vain");
            std::thread::yield_now();
        }
    }

    fn stopped(self) -> Drained {
        self.runtime.block_on(self.serving).unwrap()
    }
}

fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Reads one answer with a `Content-Length`.
fn read_answer(stream: &mut TcpStream) -> String {
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

const GET: &str = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
const GET_AND_CLOSE: &str = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[test]
fn answers_and_keeps_the_connection() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    for _ in 0..3 {
        stream.write_all(GET.as_bytes()).unwrap();
        let answer = read_answer(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n/hello"), "{answer}");
        assert!(!answer.contains("connection:"), "{answer}");
    }
    stream
        .write_all(GET_AND_CLOSE.replace("/hello", "/peer").as_bytes())
        .unwrap();
    assert!(read_to_end(&mut stream).ends_with("\r\n\r\ntrue"));
}

#[test]
fn answers_pipelined_requests_in_order() {
    let server = start(ServeConfig::new());
    let requests: String = (0..20)
        .map(|n| GET.replace("hello", &n.to_string()))
        .collect::<String>()
        + GET_AND_CLOSE;
    let answers = server.send(&requests);
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 21);
    let at = |n: usize| answers.find(&format!("\r\n\r\n/{n}HTTP")).unwrap();
    assert!((1..20).all(|n| at(n - 1) < at(n)), "{answers}");
}

#[test]
fn a_client_that_does_not_read_cannot_pile_up_answers() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    let request = GET.replace("hello", "large");
    stream
        .set_write_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let _ = stream.write_all(request.repeat(1_500).as_bytes());
    std::thread::sleep(Duration::from_millis(300));
    let begun = server.app.begun.load(SeqCst);
    assert!(
        begun < 30,
        "{begun} answers of 1 MiB were made for a client that reads none"
    );
}

#[test]
fn heads_have_no_body() {
    let server = start(ServeConfig::new());
    let answer = server.send(&GET_AND_CLOSE.replace("GET", "HEAD"));
    assert!(answer.contains("content-length: 6\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn bodies_of_both_framings_arrive() {
    let server = start(ServeConfig::new());
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    let sized = server.send(&format!("{head}Content-Length: 4\r\n\r\nbody"));
    assert!(sized.ends_with("\r\n\r\nbody"), "{sized}");
    let chunks = "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n";
    let chunked = server.send(&format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}"));
    assert!(chunked.ends_with("\r\n\r\nbody"), "{chunked}");
}

#[test]
fn refuses_what_http_forbids() {
    let server = start(ServeConfig::new());
    let chunks = "0\r\n\r\n";
    for (request, status, detail) in [
        ("GET / HTTP/1.1\r\n\r\n".into(), 400, "Invalid host header"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".into(),
            400,
            "Invalid host header",
        ),
        (
            "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n".into(),
            400,
            "Invalid host header",
        ),
        (
            "GET foo HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            400,
            "Invalid request target",
        ),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n{chunks}"
            ),
            400,
            "Invalid transfer encoding",
        ),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\
                 Transfer-Encoding: chunked\r\n\r\n{chunks}"
            ),
            400,
            "Invalid transfer encoding",
        ),
        (
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(8192)),
            414,
            "URI Too Long",
        ),
    ] {
        let answer = server.send(&(request.clone() + GET));
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
        assert!(
            answer.ends_with(&format!("{{\"detail\":\"{detail}\"}}")),
            "{request}: {answer}"
        );
        assert_eq!(
            answer.matches("HTTP/1.1").count(),
            1,
            "the tail was executed: {answer}"
        );
    }
    assert_eq!(server.app.begun.load(SeqCst), 0);
    let http10 = server.send("GET /hello HTTP/1.0\r\n\r\n");
    assert!(http10.starts_with("HTTP/1.0 200 OK"), "{http10}");
}

#[test]
fn refuses_long_heads() {
    let server = start(ServeConfig::new());
    for length in [33 * 1024, 500 * 1024] {
        let head = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n",
            "x".repeat(length)
        );
        let answer = server.send(&head);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{length}: {answer}");
    }
    let many: String = (0..100).map(|n| format!("x{n}: 1\r\n")).collect();
    let answer = server.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"));
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

/// What the server sends to a client that stops after these bytes, and that it closed in time.
fn stalled(server: &Server, parts: &[&str]) -> String {
    let start = Instant::now();
    let mut stream = server.connect();
    for part in parts {
        stream.write_all(part.as_bytes()).unwrap();
    }
    let answer = read_to_end(&mut stream);
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(200), "closed early: {took:?}");
    assert!(took < Duration::from_millis(1500), "closed late: {took:?}");
    answer
}

#[test]
fn closes_a_silent_socket() {
    let server = start(short());
    assert_eq!(stalled(&server, &[]), "");
}

#[test]
fn times_out_part_of_a_head() {
    let server = start(short());
    for part in [
        "G",
        "P",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n",
    ] {
        let answer = stalled(&server, &[part]);
        assert!(
            answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
            "{part}: {answer}"
        );
        assert!(
            answer.ends_with("\r\n\r\n{\"detail\":\"Request Timeout\"}"),
            "{answer}"
        );
    }
}

#[test]
fn times_out_a_second_head_sooner_than_an_idle_connection() {
    let config = short().keep_alive_timeout(Duration::from_secs(60));
    let server = start(config);
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    read_answer(&mut stream);
    stream.write_all(b"GET /second").unwrap();
    let answer = read_to_end(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[test]
fn a_dripping_head_does_not_move_its_deadline() {
    let server = start(short());
    let mut stream = server.connect();
    let start = Instant::now();
    let dripped = GET.bytes().cycle().take(200).try_for_each(|byte| {
        std::thread::sleep(Duration::from_millis(20));
        stream.write_all(&[byte.max(b'a')])
    });
    assert!(dripped.is_err(), "the server took a head for 4 s");
    assert!(start.elapsed() < Duration::from_millis(1500));
}

#[test]
fn closes_an_idle_connection_without_a_word() {
    let server = start(short());
    let mut stream = server.connect();
    stream.write_all(GET.as_bytes()).unwrap();
    read_answer(&mut stream);
    let start = Instant::now();
    assert_eq!(read_to_end(&mut stream), "");
    assert!(
        start.elapsed() >= Duration::from_millis(490),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn deadlines_spare_a_request_in_flight() {
    let server = start_app(gated(), short());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    std::thread::sleep(Duration::from_millis(900));
    server.open_gate();
    assert!(read_answer(&mut stream).ends_with("through"));
}

#[test]
fn an_early_answer_reaches_a_client_that_still_sends() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    let length = 3 << 20;
    let head = format!("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b'x'; length]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = read_to_end(&mut stream);
    assert!(answer.ends_with("no need to read"), "{answer}");
}

#[test]
fn expect_continue_is_not_asked_for_by_an_early_answer() {
    let server = start(ServeConfig::new());
    let head =
        "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";
    let answer = server.send(head);
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[test]
fn a_panic_is_an_answer() {
    let server = start(ServeConfig::new());
    let mut stream = server.connect();
    for path in ["panic", "panic-at-once"] {
        stream
            .write_all(GET.replace("hello", path).as_bytes())
            .unwrap();
        let answer = read_answer(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    }
    stream.write_all(GET.as_bytes()).unwrap();
    assert!(read_answer(&mut stream).ends_with("/hello"));
}

#[test]
fn a_handler_outlives_its_client() {
    let server = start_app(gated(), ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    drop(stream);
    // The drain waits for the handler, although its connection is gone.
    server.stop.drain();
    std::thread::sleep(Duration::from_millis(100));
    assert!(!server.serving.is_finished());
    server.open_gate();
    server.until(|app| app.finished.load(SeqCst) == 1);
    assert_eq!(
        server.stopped(),
        Drained {
            aborted: 0,
            complete: true
        }
    );
}

#[test]
fn a_handler_that_opted_out_is_dropped_with_its_client() {
    let server = start_app(gated(), ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "cancel").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    drop(stream);
    server.until(|app| app.dropped.load(SeqCst) == 1);
    assert_eq!(server.app.finished.load(SeqCst), 0);
}

#[test]
fn a_drain_finishes_what_was_begun() {
    let server = start_app(gated(), ServeConfig::new());
    let mut busy = server.connect();
    busy.write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    let mut idle = server.connect();
    idle.write_all(GET.as_bytes()).unwrap();
    read_answer(&mut idle);
    server.stop.drain();
    server.open_gate();
    let answer = read_to_end(&mut busy);
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert!(answer.ends_with("through"), "{answer}");
    assert_eq!(read_to_end(&mut idle), "");
    assert!(
        TcpStream::connect(server.address).is_err(),
        "the socket is still open"
    );
    let app = Arc::clone(&server.app);
    assert_eq!(
        server.stopped(),
        Drained {
            aborted: 0,
            complete: true
        }
    );
    assert_eq!(app.drained.load(SeqCst), 1);
}

#[test]
fn a_drain_serves_the_backlog() {
    let server = start(ServeConfig::new());
    // Accepted or not, these clients were told that they are connected.
    let mut clients: Vec<_> = (0..32).map(|_| server.connect()).collect();
    server.stop.drain();
    for client in &mut clients {
        client.write_all(GET.as_bytes()).unwrap();
    }
    for client in &mut clients {
        let answer = read_to_end(client);
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    assert_eq!(server.stopped().aborted, 0);
}

#[test]
fn a_drain_has_a_deadline() {
    let server = start_app(
        gated(),
        ServeConfig::new().shutdown_timeout(Duration::from_millis(200)),
    );
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    server.stop.drain();
    assert_eq!(read_to_end(&mut stream), "");
    let app = Arc::clone(&server.app);
    assert_eq!(
        server.stopped(),
        Drained {
            aborted: 1,
            complete: false
        }
    );
    assert_eq!(app.dropped.load(SeqCst), 1, "cut, not detached");
}

#[test]
fn a_second_order_ends_the_drain() {
    let server = start_app(gated(), ServeConfig::new());
    let mut stream = server.connect();
    stream
        .write_all(GET.replace("hello", "gate").as_bytes())
        .unwrap();
    server.wait(server.app.entered.notified());
    drop(stream);
    server.stop.drain();
    server.stop.abort();
    let app = Arc::clone(&server.app);
    assert_eq!(server.stopped().aborted, 1);
    assert_eq!(
        app.dropped.load(SeqCst),
        1,
        "a detached handler is cut as well"
    );
}

#[test]
fn http2_starts_with_its_preface() {
    let server = start(short());
    let mut stream = server.connect();
    let (first, second) = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".split_at(10);
    stream.write_all(first).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    stream.write_all(second).unwrap();
    stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).unwrap();
    // `GET / http a`, with indexed fields of HPACK's static table and one literal.
    let block = [0x82, 0x84, 0x86, 0x41, 1, b'a'];
    stream
        .write_all(&[0, 0, block.len() as u8, 1, 5, 0, 0, 0, 1])
        .unwrap();
    stream.write_all(&block).unwrap();
    let mut answered = false;
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).is_err() {
            break;
        }
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        stream.read_exact(&mut payload).unwrap();
        answered |= head[3] == 0 && payload == b"/";
    }
    assert!(answered);
    let without = start(ServeConfig::new().http2(false));
    let refused = without.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert!(!refused.contains("200"), "{refused}");
}

#[test]
fn a_port_in_use_is_told() {
    let server = start(ServeConfig::new());
    let error = server
        .runtime
        .block_on(Listener::bind(server.address))
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let expected = format!("cannot listen on {}: the port is in use", server.address);
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[cfg(unix)]
#[test]
fn a_unix_socket_left_by_the_dead_is_replaced() {
    use std::os::unix::net::{UnixListener, UnixStream};
    let path = std::env::temp_dir().join(format!("fastrs-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    drop(UnixListener::bind(&path).unwrap());
    let name = format!("unix:{}", path.display());
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = Listener::bind(name.as_str()).await.unwrap();
        assert_eq!(listener.to_string(), name);
        let error = Listener::bind(name.as_str()).await.unwrap_err();
        assert!(
            error.to_string().contains("another process listens there"),
            "{error}"
        );
        let (stop, order) = Stop::new();
        let serving = tokio::spawn(serve(
            Arc::new(App::default()),
            listener,
            ServeConfig::new(),
            order,
        ));
        let address = path.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = UnixStream::connect(address).unwrap();
            stream
                .write_all(GET_AND_CLOSE.replace("/hello", "/peer").as_bytes())
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        assert!(answer.await.unwrap().ends_with("\r\n\r\nfalse"));
        stop.drain();
        assert_eq!(serving.await.unwrap().aborted, 0);
    });
    assert!(!path.exists(), "the socket's file is still there");
    std::fs::write(&path, "no socket").unwrap();
    let error = runtime.block_on(Listener::bind(name.as_str())).unwrap_err();
    assert!(error.to_string().contains("no socket"), "{error}");
    std::fs::remove_file(&path).unwrap();
}
