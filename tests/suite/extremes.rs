//! Every setting that takes a time or a size, with its smallest and its largest values.

use std::{
    future::pending,
    io,
    time::{Duration, Instant},
};

use fastrs::{
    Broadcast, Cookie, FormLimits, ServeConfig, Value, WebSocketConfig,
    prelude::*,
    security::{Jwt, MemorySessionStore, Session, Sessions},
    testing::{TestClient, TestServer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
};

use crate::{
    waiting::{soon, until_idle},
    websockets::upgrade,
    wire::{Wire, serve},
};

const TIMES: [Duration; 3] = [Duration::ZERO, Duration::from_nanos(1), Duration::MAX];

#[post("/length")]
async fn length(body: Bytes, #[depends(held)] _held: &()) -> usize {
    body.len()
}

#[get("/endless")]
async fn endless() {
    pending().await
}

/// Its teardown has to wait.
#[dependency(scope = "app")]
async fn held(lend: Yield<()>) {
    lend.until_done(()).await;
    yield_now().await;
}

fn app(config: ServeConfig) -> App {
    App::new("Extremes", "1")
        .routes(routes![length, endless])
        .config(config)
}

type Timeout = fn(ServeConfig, Duration) -> ServeConfig;

const TIMEOUTS: [(&str, Timeout); 7] = [
    ("head_timeout", ServeConfig::head_timeout),
    ("body_timeout", ServeConfig::body_timeout),
    ("handler_timeout", ServeConfig::handler_timeout),
    ("send_timeout", ServeConfig::send_timeout),
    ("keep_alive_timeout", ServeConfig::keep_alive_timeout),
    ("shutdown_timeout", ServeConfig::shutdown_timeout),
    ("teardown_timeout", ServeConfig::teardown_timeout),
];

/// Sends a request whose body arrives in three parts, and returns the status of its response.
async fn upload(server: &TestServer) -> io::Result<String> {
    let mut stream = TcpStream::connect(server.addr()).await?;
    let head =
        "POST /length HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: 3\r\n\r\n";
    for part in [head, "a", "b", "c"] {
        stream.write_all(part.as_bytes()).await?;
        until_idle().await;
    }
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    Ok(response.split(' ').nth(1).unwrap_or_default().to_owned())
}

async fn upload_http2(server: &TestServer) -> Result<String, h2::Error> {
    let socket = TcpStream::connect(server.addr()).await.unwrap();
    let (mut client, connection) = h2::client::handshake(socket).await?;
    let connection = tokio::spawn(connection);
    let request = http::Request::post(server.url("/length")).body(()).unwrap();
    let (response, mut body) = client.send_request(request, false)?;
    for (part, is_last) in [("a", false), ("b", false), ("c", true)] {
        body.send_data(part.into(), is_last)?;
        until_idle().await;
    }
    let response = response.await?;
    connection.abort();
    Ok(response.status().as_u16().to_string())
}

#[tokio::test]
async fn a_timeout_may_have_any_value() {
    for (name, set) in TIMEOUTS {
        for time in TIMES {
            let server = serve(app(set(ServeConfig::new(), time))).await;
            let statuses = [
                soon(upload(&server)).await.ok(),
                soon(upload_http2(&server)).await.ok(),
            ];
            for status in statuses {
                match status.as_deref() {
                    Some("200") => {}
                    None | Some("" | "408") if time < Duration::MAX => {}
                    other => panic!("{name}, {time:?}: {other:?}"),
                }
            }
            soon(server.stop()).await;
        }
    }
}

#[tokio::test]
async fn a_shutdown_without_time_cuts_off_at_once() {
    for time in &TIMES[..2] {
        let server = serve(app(ServeConfig::new().shutdown_timeout(*time))).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /endless").await;
        until_idle().await;
        soon(server.stop()).await;
    }
}

#[tokio::test]
async fn a_service_closes_its_values_with_any_timeout() {
    for time in TIMES {
        let config = ServeConfig::new().teardown_timeout(time);
        let service = app(config).into_service().await.unwrap();
        let stopped = soon(service.stop()).await;
        assert!(
            stopped.is_ok() || time < Duration::MAX,
            "{time:?}: {stopped:?}"
        );
    }
}

#[test]
fn times_of_tokens_may_have_any_value() {
    for time in TIMES {
        let jwt = Jwt::hs256([7; 32]).unwrap().leeway(time);
        let token = jwt.clone().lifetime(time).encode(&json!({})).unwrap();
        let is_valid = jwt.decode::<Value>(&token).is_ok();
        // Without a lifetime and a leeway, it has expired at once.
        assert_eq!(is_valid, time == Duration::MAX, "{time:?}");
        let old = jwt.encode(&json!({"exp": 1})).unwrap();
        let is_valid = jwt.decode::<Value>(&old).is_ok();
        assert_eq!(is_valid, time == Duration::MAX, "{time:?}");
    }
}

type Size = fn(ServeConfig, usize) -> ServeConfig;

/// The limits of a request's head and of requests, and the status of one that exceeds them.
const SIZES: [(&str, Size, &str); 4] = [
    ("max_head_bytes", ServeConfig::max_head_bytes, "431"),
    ("max_headers", ServeConfig::max_headers, "431"),
    ("max_uri_bytes", ServeConfig::max_uri_bytes, "414"),
    ("max_in_flight", ServeConfig::max_in_flight, "503"),
];

#[tokio::test]
async fn a_size_may_have_any_value() {
    for (name, set, refused) in SIZES {
        for (size, expected) in [(0, refused), (usize::MAX, "200")] {
            let server = serve(app(set(ServeConfig::new(), size))).await;
            let mut wire = Wire::to(server.addr()).await;
            wire.request("GET /openapi.json").await;
            let answer = soon(wire.answer()).await;
            assert_eq!(answer.status(), expected, "{name}, {size}");
            soon(server.stop()).await;
        }
    }
}

#[tokio::test]
async fn heads_without_limits_are_limited() {
    let config = SIZES
        .iter()
        .fold(ServeConfig::new(), |config, (_, set, _)| {
            set(config, usize::MAX)
        });
    let server = serve(app(config)).await;
    let mut wire = Wire::to(server.addr()).await;
    let many = "a:b\r\n".repeat(30_000);
    wire.send(format!("GET / HTTP/1.1\r\nhost: test\r\n{many}\r\n"))
        .await;
    assert_eq!(soon(wire.answer()).await.status(), "431");
    soon(server.stop()).await;
}

#[tokio::test]
async fn a_connection_has_at_least_one_stream() {
    for streams in [0, u32::MAX] {
        let server = serve(app(ServeConfig::new().max_concurrent_streams(streams))).await;
        assert_eq!(
            soon(upload_http2(&server)).await.unwrap(),
            "200",
            "{streams}"
        );
        soon(server.stop()).await;
    }
}

#[tokio::test]
async fn a_server_has_at_least_one_connection() {
    for connections in [0, usize::MAX] {
        let server = serve(app(ServeConfig::new().max_connections(connections))).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.request("GET /openapi.json").await;
        assert_eq!(soon(wire.answer()).await.status(), "200", "{connections}");
        soon(server.stop()).await;
    }
}

#[get("/events/<kind>")]
async fn events(kind: usize) -> Sse<u8> {
    let events = Sse::generate(move |out| async move {
        out.send(1).await?;
        until_idle().await;
        match TIMES[kind] {
            Duration::MAX => out.send(2).await,
            _ => pending().await,
        }
    });
    events.heartbeat(TIMES[kind])
}

#[tokio::test]
async fn a_heartbeat_neither_floods_nor_overflows() {
    let client = TestClient::start(App::new("Events", "1").routes(routes![events])).await;
    assert_eq!(
        client.get("/events/2").await.text(),
        "data: 1\n\ndata: 2\n\n"
    );
    for kind in [0, 1] {
        let mut stream = client.get(&format!("/events/{kind}")).stream().await;
        let begun = Instant::now();
        let mut text = String::new();
        while text.matches(": ping").count() < 20 {
            let chunk = soon(stream.chunk()).await.expect("it does not end");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        assert!(begun.elapsed() > Duration::from_millis(100), "{kind}");
    }
}

#[test]
fn times_for_clients_fit_into_their_numbers() {
    for (time, age, retry) in [
        (Duration::ZERO, "0", "0"),
        (Duration::from_nanos(1), "0", "0"),
        (Duration::from_secs(60), "60", "60000"),
        (Duration::MAX, "4294967295", "2147483647"),
    ] {
        let cookie = Cookie::new("a", "b").max_age(time).to_string();
        assert!(cookie.contains(&format!("; Max-Age={age};")), "{cookie}");
        let events = fastrs::block_on(async {
            let event = ServerSentEvent::empty().retry(time);
            let app = App::new("Retry", "1")
                .provide::<sent>(event)
                .routes(routes![retried]);
            TestClient::start(app).await.get("/retry").await.text()
        });
        assert_eq!(events, format!("retry: {retry}\n\n"));
    }
}

#[dependency(scope = "app")]
async fn sent() -> ServerSentEvent<u8>;

#[get("/retry")]
async fn retried(#[depends(sent)] sent: ServerSentEvent<u8>) -> Sse<u8> {
    Sse::generate(|out| async move { out.send(sent).await })
}

#[websocket("/echo")]
async fn echo(socket: WebSocket) -> Result<()> {
    sent_back(socket).await
}

#[websocket("/long", max_message_size = 18_446_744_073_709_551_615)]
async fn long(socket: WebSocket) -> Result<()> {
    sent_back(socket).await
}

async fn sent_back(mut socket: WebSocket) -> Result<()> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

async fn sockets(config: WebSocketConfig) -> TestServer {
    let app = App::new("Sockets", "1").routes(routes![echo, long]);
    serve(app.websockets(config)).await
}

#[post("/count")]
async fn count(session: Session<u32>) -> u32 {
    let count = session.get().unwrap_or_default() + 1;
    session.set(count);
    count
}

#[tokio::test]
async fn sessions_may_last_forever_and_stores_have_any_capacity() {
    let stored = |capacity| Sessions::<u32>::stored(MemorySessionStore::new(capacity));
    let app = |sessions| {
        App::new("Sessions", "1")
            .sessions(sessions)
            .routes(routes![count])
    };
    for time in TIMES {
        for sessions in [stored(1).idle(time), stored(1).lifetime(time)] {
            assert_eq!(
                app(sessions).build().is_ok(),
                time == Duration::MAX,
                "{time:?}"
            );
        }
    }
    for capacity in [0, 1, usize::MAX] {
        let forever = stored(capacity).idle(Duration::MAX).lifetime(Duration::MAX);
        let client = TestClient::start(app(forever)).await;
        for expected in 1..4 {
            let counted: u32 = client.post("/count").await.json();
            assert_eq!(counted, expected, "{capacity}");
        }
        // The only session of a small store makes room for the next one.
        client.clear_cookies();
        assert_eq!(client.post("/count").await.json::<u32>(), 1, "{capacity}");
    }
}

#[tokio::test]
async fn pings_may_have_any_interval() {
    for time in TIMES {
        let server = sockets(WebSocketConfig::new().ping_interval(time)).await;
        let mut socket = server.websocket("/echo").await;
        socket.send("hello").await;
        assert_eq!(soon(socket.recv_text()).await, "hello", "{time:?}");
        drop(socket);
        soon(server.stop()).await;
    }
}

#[tokio::test]
async fn messages_may_have_any_limit() {
    let server = sockets(WebSocketConfig::new().max_message_size(0)).await;
    let mut socket = server.websocket("/echo").await;
    socket.send("").await;
    assert_eq!(soon(socket.recv_text()).await, "");
    socket.send("x").await;
    assert_eq!(soon(socket.closed()).await.code, 1009);

    // The head of a frame that is longer than any memory could hold.
    let frame = [&[0x82, 0xff][..], &(1_u64 << 62).to_be_bytes(), &[0; 4]].concat();
    let server = sockets(WebSocketConfig::new().max_message_size(usize::MAX)).await;
    for path in ["/echo", "/long"] {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        upgrade(&mut stream, path).await;
        stream.write_all(&frame).await.unwrap();
        let mut close = [0; 4];
        soon(stream.read_exact(&mut close)).await.expect(path);
        assert_eq!(close[0], 0x88, "{path}");
        assert_eq!(close[2..], 1009_u16.to_be_bytes(), "{path}");
    }
}

#[post("/form")]
async fn form(#[form] field: String, file: UploadFile) -> String {
    format!("{field} {}", file.size())
}

/// A form with a field and a file, which has these headers.
fn parts(headers: &str) -> String {
    format!(
        "--X\r\ncontent-disposition: form-data; name=\"field\"\r\n\r\nx\r\n\
         --X\r\n{headers}content-disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\ny\r\n--X--\r\n"
    )
}

async fn post_form(limits: FormLimits, headers: &str) -> (u16, String) {
    let app = App::new("Forms", "1")
        .body_limit(usize::MAX)
        .form_limits(limits)
        .routes(routes![form]);
    let client = TestClient::start(app).await;
    let request = client
        .post("/form")
        .header("content-type", "multipart/form-data; boundary=X")
        .body(parts(headers));
    let answer = request.await;
    (answer.status().as_u16(), answer.text())
}

#[tokio::test]
async fn forms_may_have_any_limits() {
    type Setter = fn(FormLimits, usize) -> FormLimits;
    let limits: [(&str, Setter); 5] = [
        ("max_fields", FormLimits::max_fields),
        ("max_files", FormLimits::max_files),
        ("max_part_size", FormLimits::max_part_size),
        ("max_part_headers", FormLimits::max_part_headers),
        ("max_part_head_size", FormLimits::max_part_head_size),
    ];
    for (name, set) in limits {
        let (status, _) = post_form(set(FormLimits::new(), 0), "").await;
        assert_eq!(status, 400, "{name}");
        let whole = post_form(set(FormLimits::new(), usize::MAX), "").await;
        assert_eq!(whole, (200, "\"x 1\"".to_owned()), "{name}");
    }
    let all = limits
        .iter()
        .fold(FormLimits::new(), |all, (_, set)| set(all, usize::MAX));
    let many: String = (0..30_000)
        .map(|number| format!("a{number}: b\r\n"))
        .collect();
    assert_eq!(post_form(all, &many).await.0, 400);
}

#[tokio::test]
async fn bodies_may_have_any_limit() {
    for (limit, status) in [(0, 413), (usize::MAX, 200)] {
        let app = app(ServeConfig::new()).body_limit(limit);
        let client = TestClient::start(app).await;
        assert_eq!(client.post("/length").body("x").await.status(), status);
        assert_eq!(client.post("/length").await.text(), "0");
    }
}

#[tokio::test]
async fn a_channel_may_have_any_capacity() {
    for (capacity, missed) in [(0, true), (usize::MAX, false)] {
        let channel = Broadcast::new(capacity);
        let mut messages = channel.subscribe();
        channel.publish(1).await.unwrap();
        channel.publish(2).await.unwrap();
        assert_eq!(messages.recv().await.is_err(), missed, "{capacity}");
        assert_eq!(messages.recv().await, Ok(Some(2)));
    }
}
