//! The handshake: if an argument or a dependency fails, or the request is not a handshake, the client gets a response.

use fastrs::{WebSocketConfig, prelude::*, testing::TestClient};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{app, head};
use crate::{
    journal::{Journal, journal, told},
    waiting::soon,
    wire::{Wire, serve},
};

struct User(String);

#[dependency]
async fn current_user(#[cookie] session: Option<String>, reply: &mut Reply) -> Result<User> {
    let name = session.or_status(401, "Not signed in")?;
    reply.header("x-user", &name);
    Ok(User(name))
}

#[dependency]
async fn connection(
    #[depends(journal)] journal: Journal,
    #[query] name: Option<&str>,
    lend: Yield<String>,
) -> Result<()> {
    let name = name.unwrap_or("nobody").to_owned();
    let (name, outcome) = lend.until_sent(name).await;
    journal.write(format!("{name}: {}", told(&outcome)));
    Ok(())
}

#[dependency]
async fn banned(#[query] name: Option<&str>) -> Result<(), WebSocketError> {
    match name {
        Some("eve") => Err(WebSocketError::new(1008, "banned")),
        _ => Ok(()),
    }
}

/// Counts, with an argument that may be missing.
#[websocket("/count")]
async fn count(from: Option<u32>, mut socket: WebSocket) -> Result<()> {
    Ok(socket.send(from.unwrap_or_default().to_string()).await?)
}

/// Greets, with arguments from every location in a handshake.
#[websocket("/<room>/chat", protocols = ["chat.v2", "chat.v1"])]
async fn chat(
    room: u32,
    #[query(ge = 1, default = 3)] limit: u32,
    #[header] x_token: Option<&str>,
    #[depends(current_user)] user: &User,
    #[depends(connection)] name: &mut String,
    mut socket: WebSocket,
) -> Result<()> {
    name.push('!');
    let protocol = socket.protocol().unwrap_or("none").to_owned();
    let greeting = format!("{room} {limit} {x_token:?} {} {name} {protocol}", user.0);
    socket.send(greeting).await?;
    Ok(())
}

fn rooms(journal: &Journal) -> App {
    app()
        .provide::<crate::journal::journal>(journal.clone())
        .include(
            Router::new("/rooms")
                .depends::<banned>()
                .routes(routes![chat]),
        )
}

#[tokio::test]
async fn arguments_and_dependencies_are_those_of_any_handler() {
    let journal = Journal::new();
    let client = TestClient::start(rooms(&journal)).await;
    let mut socket = client
        .websocket("/rooms/7/chat?name=ada")
        .cookie("session", "Ada")
        .header("x-token", "t")
        .header("sec-websocket-protocol", "chat.v3, chat.v1")
        .protocol("chat.v2")
        .await;
    assert_eq!(socket.protocol(), Some("chat.v1"));
    let greeting = r#"7 3 Some("t") Ada ada! chat.v1"#;
    assert_eq!(socket.recv_text().await, greeting);
    assert_eq!(socket.closed().await.code, 1000);
    drop(socket);
    client.stop().await;
    assert_eq!(journal.take(), ["ada!: success"]);
}

#[tokio::test]
async fn a_handshake_over_a_socket_has_the_same_builder() {
    let journal = Journal::new();
    let server = serve(rooms(&journal)).await;
    let handshake = |name: &str| {
        let handshake = server.websocket("/rooms/7/chat").query(&[("name", name)]);
        handshake.cookie("session", "Ada").header("x-token", "t")
    };
    let mut socket = handshake("ada").protocol("chat.v1").await;
    assert_eq!(socket.protocol(), Some("chat.v1"));
    let greeting = r#"7 3 Some("t") Ada ada! chat.v1"#;
    assert_eq!(socket.recv_text().await, greeting);
    let refused = handshake("eve").send().await.unwrap_err();
    assert_eq!(refused.status(), 403);
    assert!(refused.text().contains("banned"), "{}", refused.text());
    server.stop().await;
}

#[tokio::test]
async fn bare_scalars_are_read_from_the_query() {
    let client = TestClient::start(app().routes(routes![count])).await;
    for (path, expected) in [("/count", "0"), ("/count?from=7", "7")] {
        assert_eq!(client.websocket(path).await.recv_text().await, expected);
    }
}

#[tokio::test]
async fn what_fails_before_the_upgrade_is_a_response() {
    let journal = Journal::new();
    let client = TestClient::start(rooms(&journal)).await;
    let cases = [
        ("/rooms/x/chat", 422, "int_parsing"),
        ("/rooms/7/chat?limit=0", 422, "greater_than_equal"),
        ("/rooms/7/chat?name=eve", 403, "banned"),
        ("/rooms/7/chat", 401, "Not signed in"),
        ("/nowhere", 404, "Not Found"),
    ];
    for (path, status, text) in cases {
        let handshake = client.websocket(path);
        let handshake = match status {
            401 => handshake,
            _ => handshake.cookie("session", "Ada"),
        };
        let response = handshake.send().await.unwrap_err();
        assert_eq!(response.status(), status, "{path}");
        assert!(response.text().contains(text), "{}", response.text());
    }
}

#[tokio::test]
async fn a_dependency_and_a_layer_add_headers_to_the_response() {
    let layer = SetResponseHeaderLayer::overriding(
        http::header::SERVER,
        http::HeaderValue::from_static("fastrs"),
    );
    let with_layer = Router::new("/layered").layer(layer.clone());
    let cases = [
        (rooms(&Journal::new()).layer(layer), "/rooms/7/chat"),
        (
            rooms(&Journal::new()).include(with_layer.routes(routes![chat])),
            "/layered/7/chat",
        ),
    ];
    for (app, path) in cases {
        let server = serve(app).await;
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&head(path, "cookie: session=Ada\r\n")).await;
        let head = wire.head().await;
        assert!(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
        assert!(head.contains("x-user: Ada\r\n"), "{head}");
        assert!(head.contains("server: fastrs\r\n"), "{head}");
    }
}

const KEY: &str = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";

/// The cases of RFC 6455, 4.2.1, 4.4 and 11.3. A body would be read as frames.
#[tokio::test]
async fn a_request_that_is_not_a_handshake_is_refused() {
    let server = serve(app()).await;
    let whole = head("/echo", "");
    let without = |field: &str| {
        let lines = whole.split("\r\n").filter(|line| !line.starts_with(field));
        lines.collect::<Vec<_>>().join("\r\n")
    };
    let cases = [
        (whole.clone(), "101"),
        (without("upgrade"), "426"),
        (without("connection"), "426"),
        (without("sec-websocket-version"), "426"),
        (whole.replace("version: 13", "version: 8"), "426"),
        (without("sec-websocket-key"), "400"),
        (whole.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhl"), "400"),
        (whole.replace("dGhl", "!hl="), "400"),
        (whole.replace("ZQ==", "ZQA="), "400"),
        (head("/echo", &format!("{KEY}\r\n")), "400"),
        (whole.replace("version: 13", "version: 13, 8"), "426"),
        (head("/echo", "sec-websocket-version: 8\r\n"), "426"),
        (head("/echo", "content-length: 0\r\n"), "101"),
        (head("/echo", "content-length: 5\r\n") + "hello", "400"),
        (head("/echo", "content-length: 5\r\n"), "400"),
        (
            head("/echo", "transfer-encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n",
            "400",
        ),
        (whole.replace("GET", "HEAD"), "426"),
        (whole.replace("GET", "POST"), "405"),
    ];
    for (request, status) in cases {
        let mut wire = Wire::to(server.addr()).await;
        wire.send(&request).await;
        let head = wire.head().await;
        assert_eq!(head.split(' ').nth(1), Some(status), "{request}{head}");
        if status == "426" {
            assert!(head.contains("upgrade: websocket\r\n"), "{head}");
            assert!(head.contains("sec-websocket-version: 13\r\n"), "{head}");
        }
        if status == "101" {
            // The example of RFC 6455, 1.3.
            let accept = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
            assert!(head.contains(accept), "{head}");
        }
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let allowed = WebSocketConfig::new().allow_origin("https://app.example");
    let any = WebSocketConfig::new().allow_any_origin();
    let cases = [
        ("http://shop.example", "101", "101", "101"),
        ("https://shop.example", "101", "101", "101"),
        ("https://SHOP.example", "101", "101", "101"),
        ("https://shop.example:8443", "403", "403", "101"),
        ("https://app.example", "403", "101", "101"),
        ("https://app.example.evil", "403", "403", "101"),
        ("https://evil.example", "403", "403", "101"),
        ("null", "403", "403", "101"),
    ];
    for (origin, by_default, with_origin, with_any) in cases {
        for (app, status) in [
            (app(), by_default),
            (app().websockets(allowed.clone()), with_origin),
            (app().websockets(any.clone()), with_any),
        ] {
            let server = serve(app).await;
            let mut wire = Wire::to(server.addr()).await;
            wire.send(&head(
                "/echo",
                &format!("origin: {origin}\r\ncookie: a=b\r\n"),
            ))
            .await;
            let head = wire.head().await;
            assert_eq!(head.split(' ').nth(1), Some(status), "{origin}");
        }
    }
}

#[tokio::test]
async fn a_mounted_app_has_websockets() {
    let inner = app().into_service().await.unwrap();
    let server = serve(App::new("Outer", "1").mount("/inner", inner)).await;
    let mut socket = server.websocket("/inner/echo").await;
    socket.send("hello").await;
    assert_eq!(socket.recv_text().await, "hello");
    let stopping = tokio::spawn(server.stop());
    assert_eq!(socket.closed().await.code, 1001);
    soon(stopping).await.unwrap();
}

#[dependency]
async fn body(body: Bytes) -> Bytes {
    body
}

#[websocket("/with-body")]
async fn with_body(#[depends(body)] _body: &Bytes, _socket: WebSocket) {}

#[dependency]
async fn second(socket: WebSocket) -> bool {
    drop(socket);
    true
}

#[get("/plain")]
async fn plain(#[depends(second)] _second: &bool) -> bool {
    true
}

#[websocket("/twice")]
async fn twice(#[depends(second)] _second: &bool, _socket: WebSocket) {}

#[test]
fn a_socket_in_the_wrong_place_is_a_startup_error() {
    let cases = [
        (
            routes![plain],
            "a WebSocket is an argument of a `#[websocket]` handler only",
        ),
        (routes![with_body], "a WebSocket has no body"),
        (
            routes![twice],
            "taken by both `socket` of the dependency `second` (a WebSocket) and `_socket` (a WebSocket)",
        ),
    ];
    for (routes, expected) in cases {
        let error = App::new("Sockets", "1").routes(routes).build().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// No client can request these: a subprotocol is a token (RFC 6455, 4.1).
#[websocket("/odd", protocols = ["chat.v1", "a b", "", "chat.v1", "a,b", "\r\n", SEMICOLON])]
async fn odd(_socket: WebSocket) {}

const SEMICOLON: &str = "a;b";

#[test]
fn subprotocols_that_no_client_can_request_are_startup_errors() {
    let app = App::new("Sockets", "1").routes(routes![odd]);
    let error = app.build().unwrap_err().to_string();
    for protocol in [r#""a b""#, r#""""#, r#""a,b""#, r#""\r\n""#, r#""a;b""#] {
        let expected = format!("the subprotocol {protocol} has to consist of");
        assert!(error.contains(&expected), "{error}");
    }
    assert!(
        error.contains(r#"the subprotocol "chat.v1" is listed twice"#),
        "{error}"
    );
    assert!(error.contains("handshake.rs:"), "{error}");
}

#[test]
fn origins_that_no_browser_sends_are_startup_errors() {
    let cases = [
        ("https://shop.example", None),
        ("https://shop.example:8443", None),
        ("http://localhost:3000", None),
        ("http://[::1]:3000", None),
        ("https://xn--bcher-kva.example", None),
        ("null", None),
        ("file://", None),
        ("chrome-extension://abcdefghijklmnop", None),
        ("*", Some("allow_any_origin()")),
        ("", Some("starts with its scheme")),
        ("shop.example", Some("starts with its scheme")),
        ("https://shop.example/", Some("no slash at its end")),
        ("https://shop.example/app", Some("has no path")),
        ("https://Shop.example", Some("in lowercase")),
        ("HTTPS://shop.example", Some("in lowercase")),
        ("https://shop.example:443", Some("omit the default port")),
        ("http://shop.example:80", Some("omit the default port")),
        ("https://*.example", Some("a scheme, a host and a port")),
        (
            "https://b\u{fc}cher.example",
            Some("a scheme, a host and a port"),
        ),
        ("https://", Some("has a host")),
        ("https://:8443", Some("has a host")),
        ("https://shop.example:8443", None),
        ("https://shop.example:65536", Some("up to 65535")),
        ("https://shop.example:08443", Some("without zeros")),
        ("https://shop.example:+8443", Some("a port is a number")),
        ("https://shop.example:", Some("a port is a number")),
        (
            "https://shop.example\\",
            Some("a scheme, a host and a port"),
        ),
        ("https://shop_1.example.", None),
        ("https://shop.example|", Some("do not send this host")),
        ("https://shop%2eexample", Some("do not send this host")),
        ("http://127.0.0.1:3000", None),
        ("http://127.1:3000", Some("write it differently")),
        ("http://127.0.0.01", Some("write it differently")),
        ("http://[::1]:3000", None),
        ("http://[::1]", None),
        ("http://[::ffff:7f00:1]", None),
        ("http://[0:0::1]", Some("write it differently")),
        ("http://[::1", Some("do not send this host")),
        ("http://::1", Some("do not send this host")),
    ];
    let mut config = WebSocketConfig::new();
    for (origin, _) in cases {
        config = config.allow_origin(origin);
    }
    let error = app().websockets(config).build().unwrap_err().to_string();
    for (origin, mistake) in cases {
        let named = format!("`allow_origin({origin:?})`: ");
        match mistake {
            None => assert!(!error.contains(&named), "{origin}: {error}"),
            Some(mistake) => {
                let line = error.lines().find(|line| line.contains(&named));
                assert!(
                    line.is_some_and(|line| line.contains(mistake)),
                    "{origin}: {error}"
                );
            }
        }
    }
}
